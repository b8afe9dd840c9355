#include "sim/programs/compose/files.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/programs/docker/verb.hpp"

namespace podium::programs::composing {
namespace {

// What reading a project takes, its services and what is compared with them apart: parsed, checked against the schema, resolved.
constexpr std::uint64_t kLoadWork = 2'000;
constexpr std::uint64_t kWorkPerByte = 16;

}  // namespace

Result<std::string> HostFiles::read(const std::string& path) const {
    std::string content;
    std::string why;
    if (path == "-" && input_ != nullptr) {
        content = *input_;
    } else if (!docker::read_whole_file(*context_, path, content, why)) {
        return Error{fmt::format("open {}: {}", path, lower(why.substr(0, 1)) + why.substr(1)), {path, 0, 0}, {}};
    }
    count_work(kLoadWork + content.size() * kWorkPerByte);
    return content;
}

bool HostFiles::exists(const std::string& path) const { return context_->stat(path).exists; }

bool HostFiles::is_directory(const std::string& path) const { return context_->stat(path).is_directory; }

std::vector<std::string> HostFiles::list(const std::string& folder) const {
    std::vector<std::string> names;
    if (context_->list(folder, names) != shell::Errno::None) names.clear();
    return names;
}

}  // namespace podium::programs::composing
