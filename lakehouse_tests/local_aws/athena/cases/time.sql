-- https://trino.io/docs/current/functions/datetime.html

SELECT DATE '2012-08-08' + INTERVAL '2' DAY;
-- => ["2012-08-10"]

SELECT typeof(DATE '2012-08-08' + INTERVAL '2' DAY);
-- => [date]

SELECT TIMESTAMP '2012-08-08 01:00:00' + INTERVAL '29' HOUR;
-- => ["2012-08-09 06:00:00.000"]

SELECT TIMESTAMP '2012-10-31 01:00:00' + INTERVAL '1' MONTH;
-- => ["2012-11-30 01:00:00.000"]

SELECT INTERVAL '2' DAY + INTERVAL '3' HOUR;
-- => ["2 03:00:00.000"]

SELECT date_trunc('second', TIMESTAMP '2022-10-20 05:10:00');
-- => ["2022-10-20 05:10:00.000"]

SELECT date_trunc('hour', TIMESTAMP '2022-10-20 05:10:00'), date_trunc('day', TIMESTAMP '2022-10-20 05:10:00');
-- => ["2022-10-20 05:00:00.000", "2022-10-20 00:00:00.000"]

SELECT date_trunc('year', TIMESTAMP '2022-10-20 05:10:00'), date_trunc('week', DATE '2022-10-20');
-- => ["2022-01-01 00:00:00.000", "2022-10-17"]

SELECT date_trunc('hour', DATE '2022-10-20');
-- => "INVALID_FUNCTION_ARGUMENT: 'hour' is not a valid DATE field"

SELECT date_trunc('nope', TIMESTAMP '2022-10-20 05:10:00');
-- => "INVALID_FUNCTION_ARGUMENT"

SELECT date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00');
-- => ["2020-03-01 00:01:26.000"]

SELECT date_add('hour', 9, TIMESTAMP '2020-03-01 00:00:00'), date_add('day', -1, DATE '2020-03-01');
-- => ["2020-03-01 09:00:00.000", "2020-02-29"]

SELECT date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00');
-- => ["86400"]

SELECT date_diff('day', DATE '2020-03-01', DATE '2020-03-02'), date_diff('day', TIMESTAMP '2020-01-01 23:00:00', TIMESTAMP '2020-01-02 01:00:00');
-- => ["1", "0"]

SELECT date_diff('month', DATE '2020-01-31', DATE '2020-02-28'), date_diff('month', DATE '2020-01-15', DATE '2020-03-14');
-- => ["0", "1"]

SELECT date_format(TIMESTAMP '2022-10-20 05:10:00', '%m-%d-%Y %H'), date_format(DATE '2026-01-02', '%W %e %M %y');
-- => ["10-20-2022 05", "Friday 2 January 26"]

SELECT date_parse('2022/10/20/05', '%Y/%m/%d/%H');
-- => ["2022-10-20 05:00:00.000"]

SELECT date_parse('x', '%Y');
-- => "INVALID_FUNCTION_ARGUMENT: Invalid format: \"x\""

SELECT format_datetime(TIMESTAMP '2022-10-20 05:10:00', 'yyyy-MM-dd''T''HH:mm');
-- => ["2022-10-20T05:10"]

SELECT from_iso8601_timestamp('2020-05-11T11:15:05'), from_iso8601_date('2020-05-11');
-- => ["2020-05-11 11:15:05.000 UTC", "2020-05-11"]

SELECT from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00');
-- => ["2020-05-11 11:15:05.055 +01:00"]

SELECT from_iso8601_timestamp('x');
-- => "INVALID_FUNCTION_ARGUMENT: Invalid format: \"x\""

SELECT from_unixtime(1.5), to_unixtime(TIMESTAMP '2020-01-01 00:00:00');
-- => ["1970-01-01 00:00:01.500 UTC", "1.5778368E9"]

SELECT year(DATE '2026-02-03'), quarter(DATE '2026-02-03'), month(DATE '2026-02-03'), day(DATE '2026-02-03'), week(DATE '2026-02-03');
-- => ["2026", "1", "2", "3", "6"]

SELECT hour(TIMESTAMP '2026-02-03 04:05:06.789'), minute(TIMESTAMP '2026-02-03 04:05:06.789'), second(TIMESTAMP '2026-02-03 04:05:06.789'), millisecond(TIMESTAMP '2026-02-03 04:05:06.789');
-- => ["4", "5", "6", "789"]

SELECT day_of_week(DATE '2026-01-04'), dow(DATE '2026-01-05'), day_of_year(DATE '2026-02-01'), last_day_of_month(DATE '2026-02-01');
-- => ["7", "1", "32", "2026-02-28"]

SELECT EXTRACT(YEAR FROM DATE '2026-02-03'), EXTRACT(DOW FROM DATE '2026-01-04');
-- => ["2026", "7"]

SELECT TIMESTAMP '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles';
-- => ["2012-10-30 18:00:00.000 America/Los_Angeles"]

SELECT date(TIMESTAMP '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles'), hour(TIMESTAMP '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles');
-- => ["2012-10-30", "18"]

SELECT with_timezone(TIMESTAMP '2021-08-01 09:10', 'America/Los_Angeles');
-- => ["2021-08-01 09:10:00.000 America/Los_Angeles"]

SELECT to_iso8601(DATE '2026-01-02'), to_iso8601(TIMESTAMP '2026-01-02 03:04:05');
-- => ["2026-01-02", "2026-01-02T03:04:05"]

SELECT sequence(DATE '2026-01-01', DATE '2026-01-03');
-- => ["[2026-01-01, 2026-01-02, 2026-01-03]"]

SELECT current_date = date(now()), typeof(now()), typeof(current_timestamp), typeof(localtimestamp);
-- => ["true", "timestamp(3) with time zone", "timestamp(3) with time zone", "timestamp(3)"]

SELECT date_add('day', 1, '2026-01-01');
-- => "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar(3), integer, varchar(10)) for function date_add"

SELECT TIMESTAMP '2026-01-02 00:00:00' - TIMESTAMP '2026-01-01 12:00:00', DATE '2026-01-03' - DATE '2026-01-01';
-- => ["0 12:00:00.000", "2 00:00:00.000"]
