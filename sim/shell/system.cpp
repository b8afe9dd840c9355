#include "sim/shell/system.hpp"

namespace podium::shell {

std::string_view errno_text(Errno error) {
    switch (error) {
        case Errno::None: return "Success";
        case Errno::NoEntry: return "No such file or directory";
        case Errno::NoPermission: return "Permission denied";
        case Errno::Exists: return "File exists";
        case Errno::NotDirectory: return "Not a directory";
        case Errno::IsDirectory: return "Is a directory";
        case Errno::NotEmpty: return "Directory not empty";
        case Errno::NoSpace: return "No space left on device";
        case Errno::ReadOnly: return "Read-only file system";
        case Errno::NoProcess: return "No such process";
        case Errno::BadDescriptor: return "Bad file descriptor";
        case Errno::BrokenPipe: return "Broken pipe";
        case Errno::Invalid: return "Invalid argument";
        case Errno::TryAgain: return "Resource temporarily unavailable";
        case Errno::ConnectionRefused: return "Connection refused";
        case Errno::ResourceBusy: return "Resource busy";
        case Errno::NotModelled: return "not modelled by Podium";
    }
    return "";
}

}  // namespace podium::shell
