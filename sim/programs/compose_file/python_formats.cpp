// The formats of values that docker-compose 1.29.2 checks (config/validation.py).

#include <algorithm>

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

// "80", "80-90": the first number, and the last where one is written.
struct WrittenRange {
    std::string_view first;
    std::string_view last;
};

bool take_range(std::string_view text, bool may_be_empty, WrittenRange& range) {
    const std::size_t dash = text.find('-');
    range.first = text.substr(0, dash);
    range.last = dash == std::string_view::npos ? std::string_view() : text.substr(dash + 1);
    const auto digits = [](std::string_view part) {
        return part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return digits(range.first) && digits(range.last) && (may_be_empty || !range.first.empty()) &&
           (dash == std::string_view::npos || !range.last.empty());
}

// docker-py 5.0.3, utils/ports.py, port_range: how many ports these are.
std::int64_t count_of(const WrittenRange& range, bool one_of_them) {
    if (range.first.empty()) return 0;
    if (range.last.empty() || one_of_them) return 1;
    std::int64_t first = 0;
    std::int64_t last = 0;
    parse_integer(range.first, first);
    parse_integer(range.last, last);
    return last < first ? 0 : last - first + 1;
}

// docker-py 5.0.3, utils/ports.py, PORT_SPEC and split_port. An address is any text of its signs;
// with none, a host's port may not be left out before its colon.
bool is_python_port(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        const std::string_view protocol = text.substr(slash + 1);
        if (protocol != "udp" && protocol != "tcp" && protocol != "sctp") return false;
        text = text.substr(0, slash);
    }
    WrittenRange inside;
    const std::size_t colon = text.rfind(':');
    const bool published = colon != std::string_view::npos;
    if (!take_range(published ? text.substr(colon + 1) : text, false, inside)) return false;
    if (!published) return true;
    text = text.substr(0, colon);
    WrittenRange outside;
    const std::size_t before = text.rfind(':');
    const bool addressed = before != std::string_view::npos;
    if (!take_range(addressed ? text.substr(before + 1) : text, true, outside)) return false;
    const std::int64_t ports = count_of(inside, false);
    const std::int64_t host_ports = count_of(outside, ports == 1);
    if (!addressed) return ports == host_ports;
    std::string_view address = text.substr(0, before);
    if (address.starts_with("[")) address.remove_prefix(1);
    if (address.ends_with("]")) address.remove_suffix(1);
    if (address.empty() ||
        address.find_first_not_of("abcdefABCDEF0123456789.:") != std::string_view::npos)
        return false;
    return host_ports == 0 || ports == host_ports;
}

// VALID_REGEX_IPV6_CIDR: an IPv4 address stands behind "::", "::ffff:" and "::ffff:0:", or behind
// one to four groups and "::".
bool embeds_as_python(std::string_view address) {
    if (address.find('.') == std::string_view::npos) return true;
    std::string_view before = address.substr(0, address.rfind(':') + 1);
    if (before.starts_with("::")) {
        before.remove_prefix(2);
        if (before.empty()) return true;
        if (!before.starts_with("ffff:")) return false;
        before.remove_prefix(5);
        return before.empty() || (before.size() <= 5 && before.ends_with(":") &&
                                  before.find_first_not_of('0') == before.size() - 1);
    }
    if (!before.ends_with("::")) return false;
    before.remove_suffix(2);
    return std::count(before.begin(), before.end(), ':') < 4;
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
    return number && bits <= (six ? 128 : 32) && is_ip_address(address) &&
           (!six || embeds_as_python(address));
}

}  // namespace

std::string refused_format(Format format, const Node& node) {
    switch (format) {
        case Format::None:
            return {};
        case Format::Port:
            if (!node.is_string() && node.kind != NodeKind::Integer && node.kind != NodeKind::Float)
                return {};
            if (is_python_port(node.text) &&
                parse_short_port(node.text, node.place, kMaximumPythonPort))
                return {};
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
