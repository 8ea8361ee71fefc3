"""Small sample files, and what a draft must find in them."""

import json

ACCESS_LOG = """\
10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl \\"x\\""
10.0.0.2 - ann [18/May/2015:00:00:00 +0000] "POST /b HTTP/1.1" 500 - "-" "curl"
10.0.0.2 - ann [18/May/2015:00:00:01 +0000] "GET /b HTTP/1.1" 200 7 "-" "curl"
10.0.0.2 - ann [18/May/2015:00:00:02 +0000] "GET /b HTTP/1.1" 500 7 "-" "curl"
"""
TILL = """\
Order No,Time,order,Amount,Zip,Paid,Big,Shipped,event_date,Order-No
1,1767225600,"pen, blue",1.50,01234,true,123456789012,2026-01-02,x,9
2,1767225601,book,20,10115,FALSE,1,2026-01-03,y,9
3,1767229999,"say ""hi"", he",,10115,true,2,,x,9
4,1767230000,book,7.25,10115,true,2,2026-01-04,x,9
"""
APP = "".join(
    json.dumps(
        {
            "id": f"e{number}",
            "meta": {"at": f"2026-03-0{1 + number % 2}T10:00:0{number}Z", "Device": "tv"},
            "tags": [1, number],
            "deep": {"list": [{"a": 1}], "odd": 5 if number else {"er": 1}},
            "user": None if number == 1 else number / 2,
            "ok": True,
            "empty": {},
            "a.b": 1,
        }
    )
    + "\n"
    for number in range(6)
)

# name -> text, column types found, formats of columns that have one, commented key
CASES = {
    "access.log": (
        ACCESS_LOG,
        {
            "event_time": "timestamp",
            "client_ip": "string",
            "user": "string",
            "method": "string",
            "path": "string",
            "protocol": "string",
            "status": "int",
            "bytes": "bigint",
            "referrer": "string",
            "user_agent": "string",
        },
        {},
        "[...]",
    ),
    "till.csv": (
        TILL,
        {
            "event_time": "timestamp",
            "order_no": "int",
            "order": "string",
            "amount": "double",
            "zip": "string",
            "paid": "boolean",
            "big": "bigint",
            "shipped": "date",
            "event_date_text": "string",
            "order_no_2": "int",
        },
        {"event_time": "epoch_seconds"},
        "[order_no]",
    ),
    "app.jsonl": (
        APP,
        {
            "event_time": "timestamp",
            "id": "string",
            "meta_device": "string",
            "tags": "array<int>",
            "deep_list": "string",
            "deep_odd": "string",
            "user": "double",
            "ok": "boolean",
        },
        {},
        "[id]",
    ),
}
