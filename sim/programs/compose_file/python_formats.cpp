// The formats of values that docker-compose 1.29.2 checks (config/validation.py).

#include "sim/base/text.hpp"
#include "sim/programs/compose_file/canonical.hpp"
#include "sim/programs/compose_file/python_schema.hpp"

namespace podium::compose::python {
namespace {

// docker-compose 1.29.2, validation.py, VALID_EXPOSE_FORMAT: `^\d+(\-\d+)?(\/[a-zA-Z]+)?$`.
bool is_exposed(std::string_view text) {
    const auto take = [&text](auto&& fits) {
        std::size_t length = 0;
        while (length < text.size() && fits(text[length]))
            ++length;
        text.remove_prefix(length);
        return length > 0;
    };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (!take(is_digit)) return false;
    if (text.starts_with("-")) {
        text.remove_prefix(1);
        if (!take(is_digit)) return false;
    }
    if (text.starts_with("/")) {
        text.remove_prefix(1);
        if (!take(is_letter)) return false;
    }
    return text.empty();
}

// VALID_REGEX_IPV4_CIDR and VALID_REGEX_IPV6_CIDR: an address and the length of its prefix, which
// has no leading zero.
bool is_subnet(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return false;
    const std::string_view address = text.substr(0, slash);
    const std::string_view length = text.substr(slash + 1);
    std::int64_t bits = 0;
    const bool number = !length.empty() && length.size() <= 3 &&
                        length.find_first_not_of("0123456789") == std::string_view::npos &&
                        (length.size() == 1 || length[0] != '0') && parse_integer(length, bits);
    const bool six = address.find(':') != std::string_view::npos;
    return number && bits <= (six ? 128 : 32) && is_ip_address(address);
}

}  // namespace

std::string refused_format(Format format, const Node& node) {
    switch (format) {
        case Format::None:
            return {};
        case Format::Port:
            if (!node.is_string() && node.kind != NodeKind::Integer && node.kind != NodeKind::Float)
                return {};
            if (parse_short_port(node.text, node.place)) return {};
            return "Invalid port";
        case Format::Expose:
            return !node.is_string() || is_exposed(node.text)
                       ? ""
                       : "should be of the format 'PORT[/PROTOCOL]'";
        case Format::Subnet:
            return !node.is_string() || is_subnet(node.text) ? "" : "should use the CIDR format";
    }
    return {};
}

std::string_view name_of_format(Format format) {
    switch (format) {
        case Format::Port:
            return "ports";
        case Format::Expose:
            return "expose";
        case Format::Subnet:
            return "subnet_ip_address";
        case Format::None:
            break;
    }
    return {};
}

std::string_view hint_of_format(Format format) {
    switch (format) {
        case Format::Port:
            return "write [[IP:]HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL], in quotes";
        case Format::Expose:
            return "write a port such as \"80\" or \"53/udp\"";
        case Format::Subnet:
            return "write an address and the length of its prefix, such as 172.28.0.0/16";
        case Format::None:
            break;
    }
    return {};
}

}  // namespace podium::compose::python
