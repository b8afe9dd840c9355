#pragma once

// What a curl command line asks for. Internal to curl.

#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/programs/net/options.hpp"

namespace podium::programs::net {

/// One piece of a request's body.
struct CurlData {
    enum class Kind : std::uint8_t { Plain, Raw, Binary, Encoded };
    Kind kind = Kind::Plain;
    std::string text;  ///< As it was given; with '@' in front the name of a file.
};

struct CurlTransfer {
    std::string url;
    std::string output;          ///< Empty: standard output.
    bool output_by_name = false;  ///< -O
};

struct CurlRequest {
    std::vector<CurlTransfer> transfers;
    std::vector<CurlData> data;
    std::string method;  ///< Empty: what the rest implies.
    std::string content_type;
    std::optional<std::string> agent;  ///< Of -A, or of a header; empty: it sends none.
    std::string write_out;
    bool silent = false;
    bool show_error = false;
    bool fail = false;
    bool fail_with_body = false;
    bool include = false;
    bool head = false;
    bool get = false;
    bool verbose = false;
    bool no_progress = false;
    bool create_directories = false;
    Duration whole{};    ///< 0: for ever.
    Duration connect{};  ///< 0: curl's own, 5 minutes.
    std::int64_t retries = 0;
    Duration retry_delay{};      ///< 0: 1 s, doubled each time.
    Duration retry_whole{};      ///< 0: no limit.
    bool retry_refused = false;
    bool retry_all = false;
    std::string refusal;  ///< What is wrong with the command line, with all its lines.
    int refusal_status = 2;
    std::string information;  ///< --version, --help: printed instead of all else.
};

/// Reads argv.
CurlRequest parse_curl(const std::vector<std::string>& argv);

}  // namespace podium::programs::net
