// python and node as health checks use them: a line of program text that asks a server and ends.
// Podium runs neither language; of such a line it reads whom it asks. Everything else is refused in
// a sentence.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/http.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr int kRefusedStatus = 127;

/// What a line of program text asks.
struct Question {
    std::string host;
    std::uint16_t port = 80;
    std::string path = "/";
    bool http = true;  ///< Else only a connection.
    bool judges_status =
        true;  ///< An answer of 400 and more is a failure: not with node's http.get alone.
};

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

bool is_quote(char c) {
    return c == '\'' || c == '"' || c == '`';
}

bool read_port(std::string_view text, std::uint16_t& port) {
    std::int64_t number = 0;
    if (!parse_integer(text, number) || number < 1 || number > 65'535) return false;
    port = static_cast<std::uint16_t>(number);
    return true;
}

// The URL in quotes that the text has; false when there is none, or one that is put together.
bool read_url(const std::string& code, Question& out) {
    const auto begin = code.find("http://");
    if (begin == std::string::npos || begin == 0 || !is_quote(code[begin - 1])) return false;
    const auto end = code.find(code[begin - 1], begin);
    if (end == std::string::npos) return false;
    std::string url = code.substr(begin + 7, end - begin - 7);
    if (url.find_first_of("${} ") != std::string::npos) return false;
    const auto after = code.find_first_not_of(' ', end + 1);
    if (after != std::string::npos && (code[after] == '+' || code[after] == '%')) return false;
    const auto slash = url.find_first_of("/?");
    if (slash != std::string::npos) {
        out.path = (url[slash] == '?' ? "/" : "") + url.substr(slash);
        url.resize(slash);
    }
    const auto colon = url.find(':');
    out.host = url.substr(0, colon);
    return !out.host.empty() &&
           (colon == std::string::npos || read_port(url.substr(colon + 1), out.port));
}

// "('localhost', 8000)", as Python's sockets take an address.
bool read_pair(const std::string& code, Question& out) {
    for (auto open = code.find('('); open != std::string::npos; open = code.find('(', open + 1)) {
        if (open + 1 >= code.size() || !is_quote(code[open + 1])) continue;
        const auto end = code.find(code[open + 1], open + 2);
        const auto close = end == std::string::npos ? end : code.find_first_of("),", end + 2);
        if (close == std::string::npos || code.find(',', end) != end + 1) continue;
        const std::string number = code.substr(end + 2, close - end - 2);
        const auto first = number.find_first_not_of(' ');
        if (first == std::string::npos || !read_port(number.substr(first), out.port)) continue;
        out.host = code.substr(open + 2, end - open - 2);
        return true;
    }
    return false;
}

bool read_python(const std::string& code, Question& out) {
    if (has_any(code, {"urlopen", "requests.get", "requests.head", "httpx.get"}))
        return read_url(code, out);
    if (!has_any(code, {"socket.create_connection", ".connect(", ".connect_ex("})) return false;
    out.http = false;
    return read_pair(code, out);
}

bool read_node(const std::string& code, Question& out) {
    if (!has_any(code,
                 {"http.get",
                  "'http').get",
                  "\"http\").get",
                  "http.request",
                  "'http').request",
                  "\"http\").request",
                  "fetch("}))
        return false;
    out.judges_status = has_any(code, {"statusCode", ".ok", ".status", "200"});
    return read_url(code, out);
}

class ScriptClient final : public ClonedProgram<ScriptClient> {
  public:
    explicit ScriptClient(Arguments argv) : argv_(std::move(argv)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (begun_ == kNever && !begin(context)) return Step::exit(kRefusedStatus);
        if (context.now() < begun_ + kStartUp) return Step::block(begun_ + kStartUp);
        if (!conversation_.started()) {
            model::ExchangeSpec spec;
            spec.host = question_.host;
            spec.port = question_.port;
            spec.method = question_.http ? "GET" : "CONNECT";
            spec.path = question_.http ? question_.path : "";
            conversation_.start(context, std::move(spec));
        }
        const Talk talk = conversation_.look(context);
        if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
        if (talk == Talk::Answered &&
            (!question_.http || !question_.judges_status || conversation_.code < 400))
            return Step::exit(0);
        print_error(context, failure(talk) + "\n");
        return Step::exit(1);
    }

  private:
    static constexpr Duration kStartUp = milliseconds(60);  // of the interpreter

    [[nodiscard]] bool python() const { return argv_.front().find("python") != std::string::npos; }

    bool begin(ProcessContext& context) {
        begun_ = context.now();
        std::string code;
        for (std::size_t i = 1; i + 1 < argv_.size(); ++i) {
            const bool is_code =
                python() ? argv_[i] == "-c" : argv_[i] == "-e" || argv_[i] == "--eval";
            if (is_code) {
                code = argv_[i + 1];
                break;
            }
        }
        if (python() ? read_python(code, question_) : read_node(code, question_)) return true;
        const std::string name = argv_.front().substr(argv_.front().rfind('/') + 1);
        print_error(context,
                    fmt::format("{}: Podium runs no {} programs but a line that asks a server at "
                                "an address written out ({})\n",
                                name,
                                python() ? "Python" : "Node.js",
                                python() ? "python -c with urlopen or a socket"
                                         : "node -e with http.get or fetch"));
        return false;
    }

    [[nodiscard]] std::string failure(Talk talk) const {
        if (talk == Talk::Answered)
            return python() ? fmt::format("urllib.error.HTTPError: HTTP Error {}: {}",
                                          conversation_.code,
                                          reason_phrase(conversation_.code))
                            : fmt::format("HTTP {}", conversation_.code);
        if (talk == Talk::NoSuchHost)
            return python() ? "urllib.error.URLError: <urlopen error [Errno -2] Name or service "
                              "not known>"
                            : fmt::format("Error: getaddrinfo ENOTFOUND {}", question_.host);
        if (talk == Talk::NoNetwork)
            return python()
                       ? (question_.http ? "urllib.error.URLError: <urlopen error [Errno 101] "
                                           "Network is unreachable>"
                                         : "OSError: [Errno 101] Network is unreachable")
                       : fmt::format("Error: connect ENETUNREACH {}:{} - Local (0.0.0.0:0)",
                                     conversation_.address,
                                     question_.port);
        if (talk == Talk::Refused)
            return python()
                       ? (question_.http ? "urllib.error.URLError: <urlopen error [Errno 111] "
                                           "Connection refused>"
                                         : "ConnectionRefusedError: [Errno 111] Connection refused")
                       : fmt::format("Error: connect ECONNREFUSED {}:{}",
                                     conversation_.address,
                                     question_.port);
        return python() ? "TimeoutError: timed out" : "Error: socket hang up";
    }

    Arguments argv_;
    Question question_;
    Time begun_ = kNever;
    Conversation conversation_;
};

}  // namespace

ProgramPointer make_script_client(const Arguments& argv) {
    return std::make_unique<ScriptClient>(argv);
}

}  // namespace podium::programs::net
