#include "sim/programs/net/conninfo.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <vector>

#include "sim/base/text.hpp"

namespace podium::programs::net {
namespace {

constexpr std::string_view kSpaces = " \t\n\v\f\r";  // isspace

// An idle option changes nothing where there is one server, that answers at once and has no TLS and
// no GSS (but see kWishes); an unsimulated one is refused where it is set to anything.
enum class OptionIs : std::uint8_t { Simulated, Idle, Unsimulated };

struct LibpqOption {
    std::string_view keyword;
    std::string_view variable;  ///< Sets it when nothing else does; empty: none.
    OptionIs is = OptionIs::Idle;
};

// PQconninfoOptions, with those that libpq 18 has added.
constexpr LibpqOption kLibpqOptions[] = {
    {"service", "PGSERVICE", OptionIs::Unsimulated},
    {"servicefile", ""},  // it is looked at for a service alone, as with its variable
    {"user", "PGUSER", OptionIs::Simulated},
    {"password", "PGPASSWORD", OptionIs::Simulated},
    {"passfile", "PGPASSFILE", OptionIs::Unsimulated},
    {"channel_binding", "PGCHANNELBINDING"},
    {"connect_timeout", "PGCONNECT_TIMEOUT"},
    {"dbname", "PGDATABASE", OptionIs::Simulated},
    {"host", "PGHOST", OptionIs::Simulated},
    {"hostaddr", "PGHOSTADDR", OptionIs::Simulated},
    {"port", "PGPORT", OptionIs::Simulated},
    {"client_encoding", "PGCLIENTENCODING"},
    {"options", "PGOPTIONS", OptionIs::Unsimulated},
    {"application_name", "PGAPPNAME"},
    {"fallback_application_name", ""},
    {"keepalives", ""},
    {"keepalives_idle", ""},
    {"keepalives_interval", ""},
    {"keepalives_count", ""},
    {"tcp_user_timeout", "", OptionIs::Unsimulated},
    {"sslmode", "PGSSLMODE"},
    {"sslnegotiation", "PGSSLNEGOTIATION"},
    {"sslcompression", "PGSSLCOMPRESSION"},
    {"sslcert", "PGSSLCERT"},
    {"sslkey", "PGSSLKEY"},
    {"sslcertmode", "PGSSLCERTMODE"},
    {"sslpassword", ""},
    {"sslrootcert", "PGSSLROOTCERT"},
    {"sslcrl", "PGSSLCRL"},
    {"sslcrldir", "PGSSLCRLDIR"},
    {"sslsni", "PGSSLSNI"},
    {"sslkeylogfile", ""},
    {"requirepeer", "PGREQUIREPEER", OptionIs::Unsimulated},
    {"require_auth", "PGREQUIREAUTH", OptionIs::Unsimulated},
    {"min_protocol_version", "PGMINPROTOCOLVERSION", OptionIs::Unsimulated},
    {"max_protocol_version", "PGMAXPROTOCOLVERSION", OptionIs::Unsimulated},
    {"ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"},
    {"ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"},
    {"gssencmode", "PGGSSENCMODE"},
    {"krbsrvname", "PGKRBSRVNAME"},
    {"gsslib", "PGGSSLIB"},
    {"gssdelegation", "PGGSSDELEGATION"},
    {"replication", "", OptionIs::Unsimulated},
    {"target_session_attrs", "PGTARGETSESSIONATTRS"},
    {"load_balance_hosts", "PGLOADBALANCEHOSTS"},
    {"scram_client_key", "", OptionIs::Unsimulated},
    {"scram_server_key", "", OptionIs::Unsimulated},
    {"oauth_issuer", ""},
    {"oauth_client_id", ""},
    {"oauth_client_secret", ""},
    {"oauth_scope", ""},
};

// What some of them ask of a server that no server of Podium has.
struct Wish {
    std::string_view keyword;
    std::string_view idle;    ///< Values, a blank between them, that do without; empty: all others.
    std::string_view asking;  ///< Those that don't.
    std::string_view unmodelled;
};

constexpr Wish kWishes[] = {
    {"sslmode", "disable allow prefer", "require verify-ca verify-full", "TLS"},
    {"sslnegotiation", "postgres", "direct", "TLS"},
    {"sslcertmode", "disable allow", "require", "TLS"},
    {"sslrootcert", "", "system", "TLS"},  // it makes sslmode verify-full
    {"channel_binding", "disable prefer", "require", "TLS"},
    {"gssencmode", "disable prefer", "require", "GSS"},
    {"target_session_attrs",
     "any read-write primary prefer-standby",
     "read-only standby",
     "standby servers"},
};

Error wrong_options(std::string text) {
    return Error{std::move(text), {}, {}};
}

std::size_t length_of_scheme(std::string_view text) {
    for (const std::string_view scheme : {"postgresql://", "postgres://"}) {
        if (text.starts_with(scheme)) return scheme.size();
    }
    return 0;
}

bool is_keyword(std::string_view name) {
    return std::any_of(std::begin(kLibpqOptions),
                       std::end(kLibpqOptions),
                       [name](const LibpqOption& option) { return option.keyword == name; });
}

// False: libpq has no such keyword. requiressl is what sslmode was before 7.4.
bool store(ConnectionOptions& options, const std::string& keyword, const std::string& value) {
    if (keyword == "requiressl") {
        options["sslmode"] = value.starts_with('1') ? "require" : "prefer";
        return true;
    }
    if (!is_keyword(keyword)) return false;
    options[keyword] = value;
    return true;
}

Result<std::string> uri_decoded(std::string_view text) {
    constexpr std::size_t kToken = 3;
    for (std::size_t at = text.find('%'); at != std::string_view::npos;
         at = text.find('%', at + kToken)) {
        const std::string_view token = text.substr(at, kToken);
        if (percent_decoded(token).size() != 1 || token.size() != kToken)
            return wrong_options(fmt::format("invalid percent-encoded token: \"{}\"", text));
        if (token == "%00")
            return wrong_options(
                fmt::format("forbidden value %00 in percent-encoded value: \"{}\"", text));
    }
    return percent_decoded(text);
}

// Cuts off and gives what stands before the first of these signs, or all.
std::string_view take_until(std::string_view& text, std::string_view signs) {
    const std::string_view taken = text.substr(0, text.find_first_of(signs));
    text.remove_prefix(taken.size());
    return taken;
}

Result<void> store_part(ConnectionOptions& options,
                        const std::string& keyword,
                        std::string_view part) {
    if (part.empty()) return {};
    auto value = uri_decoded(part);
    if (!value) return value.error();
    options[keyword] = std::move(*value);
    return {};
}

Result<void> read_parameters(std::string_view text, ConnectionOptions& options) {
    while (!text.empty()) {
        const std::string_view parameter = take_until(text, "&");
        if (!text.empty()) text.remove_prefix(1);
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos)
            return wrong_options(fmt::format(
                "missing key/value separator \"=\" in URI query parameter: \"{}\"", parameter));
        if (parameter.find('=', equals + 1) != std::string_view::npos)
            return wrong_options(
                fmt::format("extra key/value separator \"=\" in URI query parameter: \"{}\"",
                            parameter.substr(0, equals)));
        const auto keyword = uri_decoded(parameter.substr(0, equals));
        if (!keyword) return keyword.error();
        const auto value = uri_decoded(parameter.substr(equals + 1));
        if (!value) return value.error();
        const bool of_jdbc = *keyword == "ssl" && *value == "true";
        if (!(of_jdbc ? store(options, "sslmode", "require") : store(options, *keyword, *value)))
            return wrong_options(fmt::format("invalid URI query parameter: \"{}\"", *keyword));
    }
    return {};
}

// A host, or an IPv6 address in brackets.
Result<std::string_view> take_host(std::string_view uri, std::string_view& rest) {
    if (!rest.starts_with('[')) return take_until(rest, ":/?,");
    rest.remove_prefix(1);
    const std::string_view host = take_until(rest, "]");
    if (rest.empty())
        return wrong_options(
            fmt::format("end of string reached when looking for matching \"]\" in IPv6 host "
                        "address in URI: \"{}\"",
                        uri));
    if (host.empty())
        return wrong_options(fmt::format("IPv6 host address may not be empty in URI: \"{}\"", uri));
    rest.remove_prefix(1);
    if (!rest.empty() && std::string_view(":/?,").find(rest.front()) == std::string_view::npos)
        return wrong_options(fmt::format(
            "unexpected character \"{}\" at position {} in URI (expected \":\" or \"/\"): \"{}\"",
            rest.front(),
            uri.size() - rest.size() + 1,
            uri));
    return host;
}

// Several hosts, each with a port, are texts with commas; check_connection_options refuses them.
Result<void> read_places(std::string_view uri, std::string_view& rest, ConnectionOptions& options) {
    std::string hosts;
    std::string ports;
    while (true) {
        const auto host = take_host(uri, rest);
        if (!host) return host.error();
        hosts += *host;
        if (rest.starts_with(':')) {
            rest.remove_prefix(1);
            ports += take_until(rest, "/?,");
        }
        if (!rest.starts_with(',')) break;
        rest.remove_prefix(1);
        hosts += ',';
        ports += ',';
    }
    if (Result<void> stored = store_part(options, "host", hosts); !stored) return stored;
    return store_part(options, "port", ports);
}

Result<void> read_uri(std::string_view uri, ConnectionOptions& options) {
    std::string_view rest = uri.substr(length_of_scheme(uri));
    if (const std::size_t at = rest.find_first_of("@/");
        at != std::string_view::npos && rest[at] == '@') {
        if (Result<void> stored = store_part(options, "user", take_until(rest, ":@")); !stored)
            return stored;
        if (rest.starts_with(':')) {
            rest.remove_prefix(1);
            if (Result<void> stored = store_part(options, "password", take_until(rest, "@"));
                !stored)
                return stored;
        }
        rest.remove_prefix(1);
    }
    if (Result<void> read = read_places(uri, rest, options); !read) return read;
    if (rest.starts_with('/')) {
        rest.remove_prefix(1);
        if (Result<void> stored = store_part(options, "dbname", take_until(rest, "?")); !stored)
            return stored;
    }
    if (rest.empty()) return {};
    return read_parameters(rest.substr(1), options);
}

void skip_spaces(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
}

// In quotes or up to the next blank; in both a backslash stands before a sign that is meant as it
// is.
Result<std::string> read_value(std::string_view& text) {
    const bool quoted = text.starts_with('\'');
    if (quoted) text.remove_prefix(1);
    std::string value;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (quoted ? c == '\'' : kSpaces.find(c) != std::string_view::npos) return value;
        if (c != '\\') {
            value += c;
        } else if (!text.empty()) {
            value += text.front();
            text.remove_prefix(1);
        }
    }
    if (quoted) return wrong_options("unterminated quoted string in connection info string");
    return value;
}

Result<void> read_keywords(std::string_view text, ConnectionOptions& options) {
    for (skip_spaces(text); !text.empty(); skip_spaces(text)) {
        const std::string keyword(take_until(text, fmt::format("={}", kSpaces)));
        skip_spaces(text);
        if (!text.starts_with('='))
            return wrong_options(
                fmt::format("missing \"=\" after \"{}\" in connection info string", keyword));
        text.remove_prefix(1);
        skip_spaces(text);
        const auto value = read_value(text);
        if (!value) return value.error();
        if (!store(options, keyword, *value))
            return wrong_options(fmt::format("invalid connection option \"{}\"", keyword));
    }
    return {};
}

Result<void> check_wish(const Wish& wish, const std::string& value) {
    const std::vector<std::string> idle = split_words(wish.idle);
    const std::vector<std::string> asking = split_words(wish.asking);
    const auto in = [&value](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), value) != list.end();
    };
    if (in(asking)) {
        const std::string without =
            idle.empty() ? "" : fmt::format(" (it goes on with {})", join(idle, ", "));
        return wrong_options(fmt::format("Podium models no {}, so no server has what {}={} wants{}",
                                         wish.unmodelled,
                                         wish.keyword,
                                         value,
                                         without));
    }
    if (value.empty() || idle.empty() || in(idle)) return {};
    return wrong_options(fmt::format("invalid {} value: \"{}\"", wish.keyword, value));
}

}  // namespace

bool is_connection_string(std::string_view text) {
    return length_of_scheme(text) != 0 || text.find('=') != std::string_view::npos;
}

Result<void> read_connection_string(std::string_view text, ConnectionOptions& options) {
    return length_of_scheme(text) != 0 ? read_uri(text, options) : read_keywords(text, options);
}

ConnectionOptions options_of_variables(
    const std::function<std::string(std::string_view)>& variable) {
    ConnectionOptions out;
    for (const LibpqOption& option : kLibpqOptions) {
        if (option.variable.empty()) continue;
        if (std::string value = variable(option.variable); !value.empty())
            out.emplace(option.keyword, std::move(value));
    }
    return out;
}

Result<void> check_connection_options(const ConnectionOptions& options) {
    const auto value_of = [&options](std::string_view keyword) {
        const auto set = options.find(keyword);
        return set == options.end() ? std::string() : set->second;
    };
    for (const LibpqOption& option : kLibpqOptions) {
        if (option.is != OptionIs::Unsimulated || value_of(option.keyword).empty()) continue;
        const std::string variable =
            option.variable.empty() ? "" : fmt::format(" ({})", option.variable);
        return wrong_options(fmt::format(
            "Podium does not simulate the connection option \"{}\"{}", option.keyword, variable));
    }
    for (const std::string_view keyword : {"host", "hostaddr"}) {
        if (const std::string hosts = value_of(keyword); hosts.find(',') != std::string::npos)
            return wrong_options(fmt::format(
                "Podium models connections to one host only, not to one of \"{}\"", hosts));
    }
    for (const Wish& wish : kWishes) {
        if (Result<void> checked = check_wish(wish, value_of(wish.keyword)); !checked)
            return checked;
    }
    return {};
}

}  // namespace podium::programs::net
