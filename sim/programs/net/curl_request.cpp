#include "sim/programs/net/curl_request.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"

namespace podium::programs::net {
namespace {

constexpr std::int64_t kMostRetries = 1'000'000;

constexpr OptionRule kCurlRules[] = {
    {'d', "data", true},
    {0, "data-ascii", true},
    {0, "data-binary", true},
    {0, "data-raw", true},
    {0, "data-urlencode", true},
    {0, "json", true},
    {'f', "fail"},
    {0, "fail-with-body"},
    {'s', "silent"},
    {'S', "show-error"},
    {'o', "output", true},
    {'O', "remote-name"},
    {'X', "request", true},
    {'H', "header", true},
    {'i', "include"},
    {'I', "head"},
    {'L', "location"},
    {'m', "max-time", true},
    {0, "connect-timeout", true},
    {'w', "write-out", true},
    {'k', "insecure"},
    {'v', "verbose"},
    {0, "retry", true},
    {0, "retry-delay", true},
    {0, "retry-max-time", true},
    {0, "retry-connrefused"},
    {0, "retry-all-errors"},
    {'G', "get"},
    {'g', "globoff"},
    {'A', "user-agent", true},
    {'e', "referer", true},
    {'u', "user", true},
    {'N', "no-buffer"},
    {'4', "ipv4"},
    {'#', "progress-bar"},
    {0, "no-progress-meter"},
    {0, "create-dirs"},
    {0, "compressed"},
    {0, "http1.1"},
    {'0', "http1.0"},
    {'q', "disable"},
    {0, "url", true},
    {0, "noproxy", true},
    {'V', "version"},
    {'h', "help"},
    // Real ones that Podium does not model.
    {'6', "ipv6", false, false},
    {'F', "form", true, false},
    {'T', "upload-file", true, false},
    {'x', "proxy", true, false},
    {'b', "cookie", true, false},
    {'c', "cookie-jar", true, false},
    {'C', "continue-at", true, false},
    {'D', "dump-header", true, false},
    {'E', "cert", true, false},
    {'J', "remote-header-name", false, false},
    {'K', "config", true, false},
    {'M', "manual", false, false},
    {'n', "netrc", false, false},
    {'p', "proxytunnel", false, false},
    {'r', "range", true, false},
    {'R', "remote-time", false, false},
    {'z', "time-cond", true, false},
    {'Z', "parallel", false, false},
    {0, "cacert", true, false},
    {0, "http2", false, false},
    {0, "interface", true, false},
    {0, "key", true, false},
    {0, "limit-rate", true, false},
    {0, "next", false, false},
    {0, "resolve", true, false},
    {0, "connect-to", true, false},
    {0, "stderr", true, false},
    {0, "trace", true, false},
    {0, "trace-ascii", true, false},
    {0, "unix-socket", true, false},
    {0, "oauth2-bearer", true, false},
};

constexpr std::string_view kTry = "curl: try 'curl --help' or 'curl --manual' for more information\n";

constexpr std::string_view kVersion =
    "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\n"
    "Protocols: http\n"
    "Features: simulated by Podium\n";

constexpr std::string_view kHelp =
    "Usage: curl [options...] <url>\n"
    " -d, --data <data>          HTTP POST data\n"
    " -f, --fail                 Fail fast with no output on HTTP errors\n"
    " -h, --help                 Get help for commands\n"
    " -H, --header <header>      Pass custom header to server\n"
    " -i, --include              Include protocol response headers in the output\n"
    " -I, --head                 Show document info only\n"
    " -L, --location             Follow redirects\n"
    " -m, --max-time <seconds>   Maximum time allowed for transfer\n"
    " -o, --output <file>        Write to file instead of stdout\n"
    " -O, --remote-name          Write output to a file named as the remote file\n"
    "     --retry <num>          Retry request if transient problems occur\n"
    " -s, --silent               Silent mode\n"
    " -S, --show-error           Show error even when -s is used\n"
    " -v, --verbose              Make the operation more talkative\n"
    " -V, --version              Show version number and quit\n"
    " -w, --write-out <format>   Use output FORMAT after completion\n"
    " -X, --request <method>     Specify request method to use\n";

void refuse(CurlRequest& request, std::string sentence, int status = 2) {
    request.refusal = fmt::format("curl: {}\n", sentence);
    if (status == 2) request.refusal += kTry;
    request.refusal_status = status;
}

void refuse_mistake(CurlRequest& request, const OptionMistake& mistake) {
    switch (mistake.kind) {
        case OptionMistake::Kind::Unknown: refuse(request, fmt::format("option {}: is unknown", mistake.given)); return;
        case OptionMistake::Kind::Ambiguous: refuse(request, fmt::format("option {}: is ambiguous", mistake.given)); return;
        case OptionMistake::Kind::NoValue: refuse(request, fmt::format("option {}: requires parameter", mistake.given)); return;
        case OptionMistake::Kind::UnexpectedValue: refuse(request, fmt::format("option {}: takes no parameter", mistake.given)); return;
        case OptionMistake::Kind::NotModelled:
            request.refusal = fmt::format("curl: Podium does not model the option {} of curl\n", mistake.given);
            return;
    }
}

bool read_seconds(CurlRequest& request, const Option& option, Duration& to) {
    const auto value = parse_decimal_nanoseconds(option.value);
    if (!value) {
        refuse(request, fmt::format("option {}: expected a proper numerical parameter", option.given));
        return false;
    }
    to = nanoseconds(*value);
    return true;
}

void read_header(CurlRequest& request, const std::string& header) {
    const auto colon = header.find(':');
    if (colon != std::string::npos && lower(header.substr(0, colon)) == "content-type") request.content_type = std::string(trim(header.substr(colon + 1)));
    if (colon != std::string::npos && lower(header.substr(0, colon)) == "user-agent") request.agent = std::string(trim(header.substr(colon + 1)));
}

bool read_data(CurlRequest& request, const Option& option) {
    CurlData data{CurlData::Kind::Plain, option.value};
    if (option.is("data-raw")) {
        data.kind = CurlData::Kind::Raw;
    } else if (option.is("data-binary") || option.is("json")) {
        data.kind = CurlData::Kind::Binary;
    } else if (option.is("data-urlencode")) {
        data.kind = CurlData::Kind::Encoded;
    } else if (!option.is("data") && !option.is("data-ascii")) {
        return false;
    }
    if (option.is("json")) request.content_type = "application/json";
    request.data.push_back(std::move(data));
    return true;
}

bool read_flag(CurlRequest& request, const Option& option) {
    struct Flag {
        std::string_view name;
        bool CurlRequest::* field;
    };
    static constexpr Flag kFlags[] = {
        {"silent", &CurlRequest::silent},       {"show-error", &CurlRequest::show_error},
        {"fail", &CurlRequest::fail},           {"fail-with-body", &CurlRequest::fail_with_body},
        {"include", &CurlRequest::include},     {"head", &CurlRequest::head},
        {"get", &CurlRequest::get},             {"verbose", &CurlRequest::verbose},
        {"no-progress-meter", &CurlRequest::no_progress}, {"create-dirs", &CurlRequest::create_directories},
        {"retry-connrefused", &CurlRequest::retry_refused}, {"retry-all-errors", &CurlRequest::retry_all},
    };
    for (const Flag& flag : kFlags) {
        if (!option.is(flag.name)) continue;
        request.*flag.field = true;
        return true;
    }
    return false;
}

// False when the option is wrong; what needs nothing (the servers look at no headers) is passed over.
bool read_value(CurlRequest& request, const Option& option) {
    if (option.is("request")) request.method = option.value;
    if (option.is("header")) read_header(request, option.value);
    if (option.is("user-agent")) request.agent = option.value;
    if (option.is("write-out")) request.write_out = option.value;
    if (option.is("max-time")) return read_seconds(request, option, request.whole);
    if (option.is("connect-timeout")) return read_seconds(request, option, request.connect);
    if (option.is("retry-delay")) return read_seconds(request, option, request.retry_delay);
    if (option.is("retry-max-time")) return read_seconds(request, option, request.retry_whole);
    if (option.is("retry") && (!parse_integer(option.value, request.retries) || request.retries < 0 || request.retries > kMostRetries)) {
        refuse(request, fmt::format("option {}: expected a proper numerical parameter", option.given));
        return false;
    }
    return true;
}

// The Nth output belongs to the Nth address, wherever they stand.
void pair_outputs(CurlRequest& request, const Options& options, std::vector<std::string> urls) {
    for (const Option& option : options.options) {
        if (option.is("url")) urls.push_back(option.value);
    }
    for (std::string& url : urls) request.transfers.push_back({std::move(url), {}, false});
    std::size_t next = 0;
    for (const Option& option : options.options) {
        if (!option.is('o') && !option.is('O')) continue;
        if (next >= request.transfers.size()) return;
        request.transfers[next].output = option.is('o') ? option.value : "";
        request.transfers[next].output_by_name = option.is('O');
        ++next;
    }
}

}  // namespace

CurlRequest parse_curl(const std::vector<std::string>& argv) {
    CurlRequest request;
    Options options = parse_options(argv, kCurlRules);
    if (options.mistake) {
        refuse_mistake(request, *options.mistake);
        return request;
    }
    if (options.has('V')) request.information = kVersion;
    if (options.has('h')) request.information = kHelp;
    if (!request.information.empty()) return request;
    for (const Option& option : options.options) {
        if (!read_data(request, option) && !read_flag(request, option) && !read_value(request, option)) return request;
    }
    if (request.head && !request.data.empty() && !request.get) {
        request.refusal = "Warning: You can only select one HTTP request method! You asked for both POST \nWarning: (-d, --data) and HEAD (-I, --head).\n";
        return request;
    }
    pair_outputs(request, options, options.arguments);
    if (request.transfers.empty()) {
        refuse(request, "no URL specified!");
        return request;
    }
    for (const CurlTransfer& transfer : request.transfers) {
        if (!options.has('g') && transfer.url.find_first_of("{}[]") != std::string::npos) {
            request.refusal = fmt::format("curl: Podium does not model curl's lists of addresses ('{}'); give them one by one\n", transfer.url);
        }
    }
    return request;
}

}  // namespace podium::programs::net
