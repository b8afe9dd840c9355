// nc as a client: looks whether somebody listens (-z), or sends what comes on standard input and shows
// the answer. The messages are those of OpenBSD's netcat or of BusyBox 1.37.

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/http.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr std::size_t kMostText = 1U << 20;

constexpr OptionRule kNcRules[] = {
    {'z'}, {'v'}, {'w', {}, true}, {'n'}, {'N'}, {'q', {}, true}, {'4'}, {'t'},
    {'l', {}, false, false}, {'u', {}, false, false}, {'k', {}, false, false}, {'p', {}, true, false}, {'e', {}, true, false}, {'i', {}, true, false}, {'6', {}, false, false}, {'U', {}, false, false}, {'s', {}, true, false}, {'x', {}, true, false},
};

class Netcat final : public ClonedProgram<Netcat> {
  public:
    Netcat(Arguments argv, bool busybox) : argv_(std::move(argv)), busybox_(busybox) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        for (;;) {
            switch (stage_) {
                case Stage::Begin:
                    if (!begin(context)) return Step::exit(1);
                    break;
                case Stage::Connect: {
                    const Talk talk = conversation_.look(context);
                    if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
                    if (talk != Talk::Answered) return failed(context, talk);
                    if (verbose_) print_error(context, busybox_ ? fmt::format("{} ({}:{}) open\n", host_, conversation_.address, port_) : fmt::format("Connection to {} ({}) {} port [tcp/*] succeeded!\n", host_, conversation_.address, port_));
                    if (only_look_) return Step::exit(0);
                    stage_ = Stage::Read;
                    break;
                }
                case Stage::Read:
                    if (!read(context)) return Step::block();
                    if (text_.empty()) return Step::exit(0);
                    send(context);
                    break;
                case Stage::Answer: {
                    const Talk talk = conversation_.look(context);
                    if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
                    if (talk != Talk::Answered) return Step::exit(talk == Talk::Timeout ? 0 : 1);
                    show(context);
                    return Step::exit(0);
                }
            }
        }
    }

  private:
    enum class Stage : std::uint8_t { Begin, Connect, Read, Answer };

    bool say(ProcessContext& context, const std::string& text) {
        print_error(context, text);
        return false;
    }

    bool begin(ProcessContext& context) {
        const Options options = parse_options(argv_, kNcRules);
        if (options.mistake) {
            if (options.mistake->kind == OptionMistake::Kind::NotModelled) return say(context, options.mistake->given == "-l" ? "nc: Podium does not model listening with nc; it connects only\n" : fmt::format("nc: Podium does not model the option {} of nc\n", options.mistake->given));
            return say(context, fmt::format("nc: {} -- '{}'\nusage: nc [-Nnvz] [-w timeout] [destination] [port]\n", options.mistake->kind == OptionMistake::Kind::NoValue ? "option requires an argument" : "invalid option", options.mistake->given.back()));
        }
        only_look_ = options.has('z');
        verbose_ = options.has('v');
        if (const auto text = options.value('w')) {
            const auto time = parse_decimal_nanoseconds(*text);
            if (!time || *time == 0) return say(context, fmt::format("nc: timeout invalid: {}\n", *text));
            patience_ = nanoseconds(*time);
        }
        std::vector<std::string> words = options.arguments;
        // BusyBox takes "host:port" in one word, too (networking/nc_bloaty.c, xhost2sockaddr).
        if (const std::size_t colon = words.size() == 1 && busybox_ ? words.front().rfind(':') : std::string::npos; colon != std::string::npos) {
            words.push_back(words.front().substr(colon + 1));
            words.front().resize(colon);
        }
        if (words.size() != 2) return say(context, "usage: nc [-Nnvz] [-w timeout] [destination] [port]\n");
        host_ = words[0];
        std::int64_t port = 0;
        if (!parse_integer(words[1], port) || port < 1 || port > 65'535) return say(context, fmt::format("nc: port number invalid: {}\n", words[1]));
        port_ = static_cast<std::uint16_t>(port);
        converse(context, "CONNECT", "/", "");
        stage_ = Stage::Connect;
        return true;
    }

    void converse(ProcessContext& context, std::string method, std::string path, std::string body) {
        model::ExchangeSpec spec;
        spec.host = host_;
        spec.port = port_;
        spec.method = std::move(method);
        spec.path = std::move(path);
        spec.body = std::move(body);
        Patience patience;
        if (patience_ > Duration{}) patience.connect = patience.whole = patience_;
        conversation_.start(context, std::move(spec), patience);
    }

    Step failed(ProcessContext& context, Talk talk) const {
        std::string reason = "Connection refused";
        if (talk == Talk::NoNetwork) reason = busybox_ ? "Network unreachable" : "Network is unreachable";
        if (talk == Talk::NoRoute) reason = busybox_ ? "Host is unreachable" : "No route to host";
        if (talk == Talk::ConnectTimeout || talk == Talk::Timeout) reason = "Operation timed out";
        if (talk == Talk::NoSuchHost) {
            print_error(context, busybox_ ? fmt::format("nc: bad address '{}'\n", host_) : fmt::format("nc: getaddrinfo for host \"{}\" port {}: Name or service not known\n", host_, port_));
        } else if (talk == Talk::Reset) {
            return Step::exit(0);  // the engine's proxy took the connection and closed it
        } else if (busybox_) {
            if (!only_look_ || verbose_) print_error(context, fmt::format("nc: {} ({}:{}): {}\n", host_, conversation_.address, port_, reason));
        } else if (verbose_) {
            const bool late = talk == Talk::ConnectTimeout || talk == Talk::Timeout;
            print_error(context, late ? fmt::format("nc: connect to {} ({}) port {} (tcp) timed out: Operation now in progress\n", host_, conversation_.address, port_) : fmt::format("nc: connect to {} ({}) port {} (tcp) failed: {}\n", host_, conversation_.address, port_, reason));
        }
        return Step::exit(1);
    }

    // True when all is there to send: the input has ended, or holds the whole head of a GET.
    bool read(ProcessContext& context) {
        for (;;) {
            const shell::ReadResult part = context.read(0, kMostText);
            if (part.kind == shell::ReadResult::Kind::Data) {
                text_ += part.data;
                if (text_.size() > kMostText) text_.resize(kMostText);
                continue;
            }
            if (part.kind != shell::ReadResult::Kind::WouldBlock) return true;
            return text_.starts_with("GET ") && (text_.find("\r\n\r\n") != std::string::npos || text_.find("\n\n") != std::string::npos);
        }
    }

    void send(ProcessContext& context) {
        const std::string first = text_.substr(0, text_.find_first_of("\r\n"));
        const std::vector<std::string> words = split_words(first);
        is_http_ = words.size() == 3 && words[2].starts_with("HTTP/");
        if (is_http_) {
            const auto crlf = text_.find("\r\n\r\n");
            const auto lf = text_.find("\n\n");
            std::string body;
            if (crlf != std::string::npos) body = text_.substr(crlf + 4);
            else if (lf != std::string::npos) body = text_.substr(lf + 2);
            converse(context, words[0], words[1], body);
        } else {
            converse(context, std::string(kPlainText), "", text_);
        }
        stage_ = Stage::Answer;
    }

    void show(ProcessContext& context) const {
        if (is_http_ && conversation_.code != 0) print(context, answer_head(conversation_.code, conversation_.content_type, conversation_.body.size(), conversation_.headers) + conversation_.body);
        else if (conversation_.code == 0) print(context, conversation_.body);
        else print(context, answer_head(400, "text/plain", 0, {}));
    }

    Arguments argv_;
    bool busybox_;
    Stage stage_ = Stage::Begin;
    bool only_look_ = false;
    bool verbose_ = false;
    bool is_http_ = false;
    Duration patience_{};
    std::string host_;
    std::uint16_t port_ = 0;
    std::string text_;
    Conversation conversation_;
};

}  // namespace

ProgramPointer make_nc(const Arguments& argv, bool busybox) { return std::make_unique<Netcat>(argv, busybox); }

}  // namespace podium::programs::net
