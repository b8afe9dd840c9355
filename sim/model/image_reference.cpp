// Image references, read as Docker's reference package does (docker/distribution reference, as vendored
// by moby v20.10.24).

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/model/image.hpp"

namespace podium::model {
namespace {

constexpr std::size_t kMostNameCharacters = 255;
constexpr std::size_t kMostTagCharacters = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }
bool is_lower_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

bool is_image_id(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), is_lower_hexadecimal);
}

// Whether all parts between separators are such; an empty text is one empty part.
template <class Is>
bool all_parts(std::string_view text, char separator, Is is) {
    while (true) {
        const auto end = text.find(separator);
        if (!is(text.substr(0, end))) return false;
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
    }
}

// Runs of lower-case letters and digits, joined by ".", "_", "__" or any number of "-".
bool is_path_component(std::string_view text) {
    const auto word = [](char c) { return is_lower(c) || is_digit(c); };
    if (text.empty() || !word(text.front()) || !word(text.back())) return false;
    for (std::size_t i = 0; i < text.size();) {
        if (word(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && text[end] == text[i]) ++end;
        const std::size_t length = end - i;
        const bool separates = (text[i] == '.' && length == 1) || (text[i] == '_' && length <= 2) || text[i] == '-';
        if (!separates || !word(text[end])) return false;
        i = end;
    }
    return true;
}

// Host names of letters, digits and inner hyphens, joined by dots, and maybe a port.
bool is_domain(std::string_view text) {
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
        const std::string_view port = text.substr(colon + 1);
        if (port.empty() || !std::all_of(port.begin(), port.end(), is_digit)) return false;
        text = text.substr(0, colon);
    }
    return all_parts(text, '.', [](std::string_view part) {
        if (part.empty() || part.front() == '-' || part.back() == '-') return false;
        return std::all_of(part.begin(), part.end(), [](char c) { return is_alphanumeric(c) || c == '-'; });
    });
}

bool is_tag(std::string_view text) {
    const auto word = [](char c) { return is_alphanumeric(c) || c == '_'; };
    if (text.empty() || text.size() > kMostTagCharacters || !word(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [&](char c) { return word(c) || c == '.' || c == '-'; });
}

Error invalid(std::string message) {
    return Error{std::move(message), {}, "write it like nginx, nginx:1.27 or registry.example.com/team/app:v2"};
}

// Nothing when the digest is sound, else the sentence.
std::string digest_error(std::string_view digest) {
    const auto colon = digest.find(':');
    if (colon == std::string_view::npos || colon == 0) return "invalid reference format";
    const std::string_view algorithm = digest.substr(0, colon);
    const std::string_view value = digest.substr(colon + 1);
    const bool hexadecimal = std::all_of(value.begin(), value.end(), [](char c) {
        return is_lower_hexadecimal(c) || (c >= 'A' && c <= 'F');
    });
    if (value.size() < 32 || !hexadecimal) return "invalid reference format";
    std::size_t wanted = 0;
    if (algorithm == "sha256") wanted = 64;
    if (algorithm == "sha384") wanted = 96;
    if (algorithm == "sha512") wanted = 128;
    if (wanted == 0) return "unsupported digest algorithm";
    if (value.size() != wanted) return "invalid checksum digest length";
    if (!std::all_of(value.begin(), value.end(), is_lower_hexadecimal)) return "invalid checksum digest format";
    return {};
}

}  // namespace

namespace {

// A full name as people write it: without Docker's registry, and without "library/" there.
std::string_view familiar_path(const ImageReference& reference) {
    constexpr std::string_view kOfficial = "library/";
    const std::string_view path = reference.path;
    const bool official = path.starts_with(kOfficial) && path.find('/', kOfficial.size()) == std::string_view::npos;
    return official ? path.substr(kOfficial.size()) : path;
}

// In one piece of memory: references are written out with every pull.
std::string joined(std::string_view domain, std::string_view path, std::string_view tag, std::string_view digest) {
    std::string out;
    out.reserve(domain.size() + path.size() + tag.size() + digest.size() + 3);
    if (!domain.empty()) (out += domain) += '/';
    out += path;
    if (!tag.empty()) (out += ':') += tag;
    if (!digest.empty()) (out += '@') += digest;
    return out;
}

bool is_dockers_own(const ImageReference& reference) { return std::string_view(reference.domain) == "docker.io"; }

}  // namespace

std::string ImageReference::name() const { return joined(domain, path, {}, {}); }

std::string ImageReference::familiar_name() const { return is_dockers_own(*this) ? std::string(familiar_path(*this)) : name(); }

std::string ImageReference::familiar() const {
    return is_dockers_own(*this) ? joined({}, familiar_path(*this), tag, digest) : full();
}

std::string ImageReference::full() const { return joined(domain, path, tag, digest); }

ImageReference ImageReference::with_default_tag() const& { return ImageReference(*this).with_default_tag(); }

ImageReference ImageReference::with_default_tag() && {
    if (tag.empty() && digest.empty()) tag = "latest";
    return std::move(*this);
}

namespace {

Result<ImageReference> read_reference(std::string_view text, ReferenceReader reader) {
    if (is_image_id(text)) {
        return invalid(fmt::format("invalid repository name ({}), cannot specify 64-byte hexadecimal strings", text));
    }
    ImageReference out;
    std::string_view rest = text;
    const auto slash = text.find('/');
    const std::string_view first = text.substr(0, slash);
    if (slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos || first == "localhost")) {
        out.domain = first;
        rest = text.substr(slash + 1);
    }
    if (out.domain == "index.docker.io") out.domain = "docker.io";
    std::string of_library;
    if (out.domain == "docker.io" && rest.find('/') == std::string_view::npos) {
        of_library = fmt::format("library/{}", rest);
        rest = of_library;
    }

    const std::string_view named = rest.substr(0, rest.find(':'));
    if (std::any_of(named.begin(), named.end(), is_upper)) {
        if (reader == ReferenceReader::Engine) return invalid("invalid reference format: repository name must be lowercase");
        return invalid(fmt::format("invalid reference format: repository name ({}) must be lowercase", named));
    }

    const auto at = rest.find('@');
    std::string_view name = rest.substr(0, at);
    if (at != std::string_view::npos) {
        out.digest = rest.substr(at + 1);
        const std::string wrong = digest_error(out.digest);
        if (!wrong.empty()) return invalid(wrong);
    }
    const auto last_slash = name.rfind('/');
    const auto colon = name.find(':', last_slash == std::string_view::npos ? 0 : last_slash);
    if (colon != std::string_view::npos) {
        out.tag = name.substr(colon + 1);
        if (!is_tag(out.tag)) return invalid("invalid reference format");
        name = name.substr(0, colon);
    }
    if (!is_domain(out.domain) || !all_parts(name, '/', is_path_component)) return invalid("invalid reference format");
    out.path = name;
    if (out.domain.size() + 1 + out.path.size() > kMostNameCharacters) {
        return invalid(fmt::format("repository name must not be more than {} characters", kMostNameCharacters));
    }
    return out;
}

// What was read last of those that fall on one place. What a text means depends on nothing but the text, and agents of thousands of
// nodes ask for the same few again and again.
struct LastRead {
    std::string text;
    ReferenceReader reader = ReferenceReader::Engine;
    ImageReference reference;
};
constexpr std::size_t kPlacesOfLastRead = 64;
constexpr std::size_t kLongestRemembered = 128;

LastRead& last_read(std::string_view text) {
    thread_local std::array<LastRead, kPlacesOfLastRead> places;
    return places.at((text.size() * 31 + static_cast<unsigned char>(text.front()) * 7U + static_cast<unsigned char>(text.back())) % kPlacesOfLastRead);
}

}  // namespace

Result<ImageReference> parse_image_reference(std::string_view text, ReferenceReader reader) {
    if (text.empty() || text.size() > kLongestRemembered) return read_reference(text, reader);
    LastRead& last = last_read(text);
    if (last.reader == reader && last.text == text) return last.reference;
    Result<ImageReference> read = read_reference(text, reader);
    if (read) last = {std::string(text), reader, *read};
    return read;
}

}  // namespace podium::model
