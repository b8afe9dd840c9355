#include "sim/programs/net/http.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::programs::net {

std::string Url::authority() const { return port == (scheme == "https" ? 443 : 80) ? host : fmt::format("{}:{}", host, port); }

std::string Url::text() const { return fmt::format("{}://{}{}", scheme, authority(), path); }

Result<Url> parse_url(std::string_view text) {
    Url url;
    const auto mark = text.find("://");
    if (mark != std::string_view::npos && mark < text.find_first_of("/?#")+1) {
        url.scheme = lower(text.substr(0, mark));
        text.remove_prefix(mark + 3);
    }
    text = text.substr(0, text.find('#'));
    const auto end = text.find_first_of("/?");
    std::string_view authority = text.substr(0, end);
    if (end != std::string_view::npos) url.path = (text[end] == '?' ? "/" : "") + std::string(text.substr(end));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
    if (url.scheme == "https") url.port = 443;
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return Error{"the address has no closing bracket"};
        url.host = std::string(authority.substr(1, close - 1));
        port = authority.substr(close + 1);
        if (!port.empty() && port.front() != ':') return Error{"bad port"};
        if (!port.empty()) port.remove_prefix(1);
    } else {
        const auto colon = authority.find(':');
        url.host = std::string(authority.substr(0, colon));
        if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    }
    if (url.host.empty()) return Error{"no host"};
    if (!port.empty()) {
        std::int64_t number = 0;
        if (port.find_first_not_of("0123456789") != std::string_view::npos || !parse_integer(port, number) || number < 0 || number > 65'535) return Error{"bad port"};
        url.port = static_cast<std::uint16_t>(number);
    }
    return url;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100: return "Continue";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Payload Too Large";
        case 418: return "I'm a teapot";
        case 422: return "Unprocessable Entity";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 507: return "Insufficient Storage";
        default: return "";
    }
}

std::string answer_head(int status, std::string_view content_type, std::size_t length, std::string_view headers, std::string_view version) {
    std::string out = fmt::format("{} {} {}\r\n", version, status, reason_phrase(status));
    if (!headers.empty()) return out.append(headers) + "\r\n";
    if (!content_type.empty()) out += fmt::format("Content-Type: {}\r\n", content_type);
    return out + fmt::format("Content-Length: {}\r\n\r\n", length);
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

}  // namespace podium::programs::net
