#include "sim/programs/service/static_files.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/programs/service/headers.hpp"

namespace podium::programs {
namespace {

constexpr std::size_t kMostGivenBytes = 1U << 20;

// Of nginx' mime.types, what people put on pages.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kTypesOfEndings{{{"html", "text/html"},
                                                                                         {"htm", "text/html"},
                                                                                         {"css", "text/css"},
                                                                                         {"xml", "text/xml"},
                                                                                         {"gif", "image/gif"},
                                                                                         {"jpeg", "image/jpeg"},
                                                                                         {"jpg", "image/jpeg"},
                                                                                         {"js", "application/javascript"},
                                                                                         {"txt", "text/plain"},
                                                                                         {"png", "image/png"},
                                                                                         {"svg", "image/svg+xml"},
                                                                                         {"webp", "image/webp"},
                                                                                         {"ico", "image/x-icon"},
                                                                                         {"woff", "font/woff"},
                                                                                         {"woff2", "font/woff2"},
                                                                                         {"jar", "application/java-archive"},
                                                                                         {"json", "application/json"},
                                                                                         {"pdf", "application/pdf"},
                                                                                         {"wasm", "application/wasm"},
                                                                                         {"zip", "application/zip"},
                                                                                         {"mp3", "audio/mpeg"},
                                                                                         {"mp4", "video/mp4"},
                                                                                         {"mpeg", "video/mpeg"},
                                                                                         {"webm", "video/webm"}}};

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The path of a request's target, its %20 and the like put in.
std::string decoded_path(const std::string& target) {
    const std::string_view path = std::string_view(target).substr(0, target.find_first_of("?#"));
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const int high = path[i] == '%' && i + 2 < path.size() ? digit_of(path[i + 1]) : -1;
        const int low = high < 0 ? -1 : digit_of(path[i + 2]);
        if (low < 0) {
            out += path[i];
        } else {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

std::string type_of(const std::string& path, const std::string& otherwise) {
    const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return otherwise;
    for (const auto& [ending, type] : kTypesOfEndings) {
        if (name.substr(dot + 1) == ending) return std::string(type);
    }
    return otherwise;
}

void answer_with(Work& work, int code, std::string type, std::string body) {
    work.code = code;
    work.type = std::move(type);
    work.body = std::move(body);
}

bool give_file(model::ProcessContext& context, const model::Route& route, const std::string& path, const shell::FileInfo& file, Work& work) {
    std::string body;
    if (work.unread) {
        work.unmade = static_cast<std::size_t>(file.size_bytes);
    } else {
        int descriptor = -1;
        if (context.open(path, shell::OpenMode::Read, descriptor) != shell::Errno::None) return false;
        while (body.size() < kMostGivenBytes) {
            const shell::ReadResult part = context.read(descriptor, 65'536);
            if (part.kind != shell::ReadResult::Kind::Data) break;
            body += part.data;
        }
        context.close(descriptor);
    }
    work.modified = file.modified;
    answer_with(work, 200, type_of(path, route.content_type), std::move(body));
    return true;
}

}  // namespace

bool answer_from_folder(model::ProcessContext& context, const model::Route& route, const model::ExchangeSpec& request, Work& work) {
    const std::string asked = decoded_path(request.path);
    if (asked.find('\0') != std::string::npos) return false;
    const std::string path = model::clean_path(route.root, model::clean_path("/", asked).substr(1));
    const shell::FileInfo found = context.stat(path);
    if (!found.exists) return false;
    const bool as_folder = asked.ends_with('/');
    if (!found.is_directory) return !as_folder && give_file(context, route, path, found, work);
    if (!as_folder) {
        // A server knows its own port, 80, and not the one that was published (nginx' absolute_redirect and port_in_redirect).
        work.location = fmt::format("http://{}{}/", request.host, model::clean_path("/", asked));
        answer_with(work, 301, "text/html", model::fill_template(route.moved, release_here(context)));
        return true;
    }
    const std::string index = path + "/index.html";
    const shell::FileInfo page = context.stat(index);
    if (page.exists && !page.is_directory) return give_file(context, route, index, page, work);
    if (route.forbidden.empty()) return false;
    answer_with(work, 403, "text/html", model::fill_template(route.forbidden, release_here(context)));
    return true;
}

}  // namespace podium::programs
