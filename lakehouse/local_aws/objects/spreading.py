"""A hint to the file system: the folders in a folder have nothing to do with each other.

Belongs here: that hint, which makes new files quick where many others were just removed.
Does not belong here: which folders there are (`files`).
"""

import fcntl
import os
import struct
import sys

_GET_FLAGS, _SET_FLAGS = 0x80086601, 0x40086602  # FS_IOC_GETFLAGS, FS_IOC_SETFLAGS of linux/fs.h
_FLAGS = struct.Struct("l")
_TOP_OF_HIERARCHY = 0x00020000  # FS_TOPDIR_FL, the attribute T of chattr


def spread(folder: str) -> None:
    """Have the folders that are made in a folder lie far from each other and from that one.

    ext4 looks for the inode of a new file near its folder, and without a journal, as virtual
    machines often have it, it looks at each inode again that was freed there in the last minutes:
    after a thousand removals a new file takes 200 microseconds instead of 8. Other file systems
    need no such hint; that they refuse it is no fault.
    """
    if not sys.platform.startswith("linux"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        (flags,) = _FLAGS.unpack(fcntl.ioctl(handle, _GET_FLAGS, _FLAGS.pack(0)))
        fcntl.ioctl(handle, _SET_FLAGS, _FLAGS.pack(flags | _TOP_OF_HIERARCHY))
    except OSError:
        return
    finally:
        os.close(handle)
