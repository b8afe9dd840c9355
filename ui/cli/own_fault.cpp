#include "ui/cli/own_fault.hpp"

#include <cerrno>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <system_error>

#include "ui/cli/app.hpp"

namespace podium::cli {

int status_of(const std::function<int()>& command) {
    try {
        return command();
    } catch (const std::system_error& error) {
        if (error.code().value() == EPIPE) return kAllWell;  // fmt found that nobody reads any more
        complain(fmt::format("a fault of Podium's own: {}", error.what()));
    } catch (const std::bad_alloc&) {
        complain("a fault of Podium's own: this machine's memory does not suffice");
    } catch (const std::exception& error) {
        complain(fmt::format("a fault of Podium's own: {}", error.what()));
    }
    return kOwnFault;
}

}  // namespace podium::cli
