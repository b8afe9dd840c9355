// curl 7.88.1: one transfer after the other, with its retries, messages and exit codes. The simulated
// servers look at no headers, so options about these are accepted and change nothing.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/curl_request.hpp"
#include "sim/programs/net/http.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr Duration kCurlConnects = minutes(5);  // libcurl: DEFAULT_CONNECT_TIMEOUT
constexpr std::string_view kCurlAgent = "curl/7.88.1";
constexpr Duration kFirstRetry = seconds(1);
constexpr Duration kLongestRetry = minutes(10);
constexpr std::size_t kReadPiece = 65'536;
constexpr std::size_t kMostBody = 16U << 20;
constexpr std::string_view kMeterHead =
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n";

class Curl final : public ClonedProgram<Curl> {
  public:
    explicit Curl(Arguments argv) : argv_(std::move(argv)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        for (;;) {
            switch (stage_) {
                case Stage::Begin:
                    if (!begin(context)) return Step::exit(status_);
                    break;
                case Stage::Data:
                    if (!read_data(context)) return finished_ ? Step::exit(status_) : Step::block();
                    break;
                case Stage::Next:
                    if (transfer_ >= request_.transfers.size()) return Step::exit(status_);
                    start(context);
                    break;
                case Stage::Wait: {
                    const Talk talk = conversation_.look(context);
                    if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
                    conclude(context, talk);
                    if (finished_) return Step::exit(status_);
                    break;
                }
                case Stage::Pause:
                    if (context.now() < resume_) return Step::block(resume_);
                    stage_ = Stage::Next;
                    break;
            }
        }
    }

  private:
    enum class Stage : std::uint8_t { Begin, Data, Next, Wait, Pause };

    bool begin(ProcessContext& context) {
        request_ = parse_curl(argv_);
        if (!request_.information.empty()) {
            print(context, request_.information);
            return false;
        }
        if (!request_.refusal.empty()) {
            print_error(context, request_.refusal);
            status_ = request_.refusal_status;
            return false;
        }
        stage_ = Stage::Data;
        return true;
    }

    // --- the body ---

    // Puts the pieces together; false while standard input has more to come, or when one can't be read.
    bool read_data(ProcessContext& context) {
        while (next_data_ < request_.data.size()) {
            std::string piece;
            if (!read_piece(context, request_.data[next_data_], piece)) return false;
            if (next_data_ > 0) body_ += '&';
            body_ += piece;
            ++next_data_;
        }
        stage_ = Stage::Next;
        return true;
    }

    bool read_piece(ProcessContext& context, const CurlData& data, std::string& piece) {
        if (data.kind == CurlData::Kind::Encoded) return read_encoded(context, data.text, piece);
        if (data.kind == CurlData::Kind::Raw || !data.text.starts_with('@')) {
            piece = data.text;
            return true;
        }
        if (!read_file(context, data.text.substr(1), piece)) return false;
        if (data.kind == CurlData::Kind::Plain) std::erase_if(piece, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
        return true;
    }

    // "content", "=content", "name=content", "@file", "name@file".
    bool read_encoded(ProcessContext& context, const std::string& text, std::string& piece) {
        const auto mark = text.find_first_of("=@");
        const std::string name = mark == std::string::npos ? "" : text.substr(0, mark);
        std::string content = mark == std::string::npos ? text : text.substr(mark + 1);
        if (mark != std::string::npos && text[mark] == '@' && !read_file(context, text.substr(mark + 1), content)) return false;
        piece = (name.empty() ? "" : name + "=") + percent_encode(content);
        return true;
    }

    bool read_file(ProcessContext& context, const std::string& name, std::string& content) {
        int descriptor = 0;
        if (name != "-" && input_ < 0) {
            if (context.open(name, shell::OpenMode::Read, input_) != shell::Errno::None) {
                print_error(context, fmt::format("curl: option -d: error encountered when reading a file\ncurl: Failed to open {}\n", name));
                return end(26);
            }
        }
        if (name != "-") descriptor = input_;
        for (;;) {
            const shell::ReadResult part = context.read(descriptor, kReadPiece);
            if (part.kind == shell::ReadResult::Kind::WouldBlock) return false;
            if (part.kind != shell::ReadResult::Kind::Data) break;
            content_ += part.data;
            if (content_.size() > kMostBody) {
                print_error(context, "curl: Podium sends at most 16 MiB in one request\n");
                return end(26);
            }
        }
        if (name != "-") context.close(input_);
        input_ = -1;
        content = std::exchange(content_, {});
        return true;
    }

    bool end(int status) {
        finished_ = true;
        status_ = status;
        return false;
    }

    // --- one transfer ---

    [[nodiscard]] std::string method() const {
        if (!request_.method.empty()) return request_.method;
        if (request_.head) return "HEAD";
        return request_.data.empty() || request_.get ? "GET" : "POST";
    }

    void start(ProcessContext& context) {
        if (tries_ == 0) first_try_ = context.now();
        const CurlTransfer& transfer = request_.transfers[transfer_];
        const auto url = parse_url(transfer.url);
        if (!url) {
            const std::string reason = url.error().message == "bad port" ? "Port number was not a decimal number between 0 and 65535" : "No host part in the URL";
            fail(context, 3, fmt::format("URL using bad/illegal format or missing URL: {}", reason));
            return;
        }
        url_ = *url;
        if (url_.scheme == "https") {
            fail(context, 35, fmt::format("Podium's servers speak plain HTTP; ask for http://{}{}", url_.authority(), url_.path));
            return;
        }
        if (url_.scheme != "http") {
            fail(context, 1, fmt::format("Protocol \"{}\" not supported or disabled in libcurl", url_.scheme));
            return;
        }
        if (request_.get && !body_.empty()) url_.path += (url_.path.find('?') == std::string::npos ? "?" : "&") + body_;
        model::ExchangeSpec spec;
        spec.host = url_.host;
        spec.port = url_.port;
        spec.method = method();
        spec.path = url_.path;
        spec.agent = request_.agent.value_or(std::string(kCurlAgent));
        if (!request_.get) spec.body = body_;
        Patience patience;
        patience.connect = request_.connect > Duration{} ? request_.connect : kCurlConnects;
        if (request_.whole > Duration{}) patience.whole = request_.whole;
        conversation_.start(context, std::move(spec), patience);
        ++tries_;
        stage_ = Stage::Wait;
    }

    [[nodiscard]] std::int64_t elapsed_milliseconds(ProcessContext& context) const { return (context.now() - conversation_.began).nanoseconds / 1'000'000; }

    void conclude(ProcessContext& context, Talk talk) {
        took_ = context.now() - conversation_.began;
        if (request_.verbose) say_connection(context, talk);
        const std::int64_t waited = elapsed_milliseconds(context);
        const std::string no_connection = fmt::format("Failed to connect to {} port {} after {} ms: Couldn't connect to server", url_.host, url_.port, waited);
        const bool impatient = request_.connect > Duration{} && took_ >= request_.connect;
        const bool over = request_.whole > Duration{} && took_ >= request_.whole;
        switch (talk) {
            case Talk::Pending: return;
            case Talk::NoSuchHost: fail(context, 6, fmt::format("Could not resolve host: {}", url_.host)); return;
            case Talk::Refused: retry_or(context, request_.retry_refused, "connection refused", 7, no_connection); return;
            case Talk::NoNetwork: retry_or(context, false, "", 7, no_connection); return;
            case Talk::NoRoute: retry_or(context, request_.retry_refused, "connection refused", 7, no_connection); return;
            case Talk::ConnectTimeout: retry_or(context, true, "timeout", 28, impatient || over ? fmt::format("Connection timed out after {} milliseconds", waited) : no_connection); return;
            case Talk::Timeout: retry_or(context, true, "timeout", 28, fmt::format("Operation timed out after {} milliseconds with 0 bytes received", waited)); return;
            case Talk::Reset: retry_or(context, false, "", 56, "Recv failure: Connection reset by peer"); return;
            case Talk::Answered: answered(context); return;
        }
    }

    void answered(ProcessContext& context) {
        const int code = conversation_.code;
        if (code == 0) {  // a server that does not speak HTTP closes the connection
            retry_or(context, false, "", 52, "Empty reply from server");
            return;
        }
        static constexpr int kTransient[] = {408, 429, 500, 502, 503, 504};
        const bool transient = std::find(std::begin(kTransient), std::end(kTransient), code) != std::end(kTransient);
        if ((transient || (request_.retry_all && code >= 400 && request_.fail)) && try_again(context, "HTTP error")) return;
        const bool refused = code >= 400 && (request_.fail || request_.fail_with_body);
        if (refused && !request_.fail_with_body) {
            fail(context, 22, fmt::format("The requested URL returned error: {}", code));
            return;
        }
        const std::string head = answer_head(code, conversation_.content_type, conversation_.body.size(), conversation_.headers);
        std::string text;
        if (request_.include || request_.head) text = head;
        if (!request_.head && request_.method != "HEAD") text += conversation_.body;
        size_ = request_.head ? 0 : conversation_.body.size();
        if (!write_out_body(context, text)) return;
        if (refused) {
            fail(context, 22, fmt::format("The requested URL returned error: {}", code));
            return;
        }
        meter(context);
        status_ = 0;
        next_transfer(context);
    }

    bool write_out_body(ProcessContext& context, const std::string& text) {
        const CurlTransfer& transfer = request_.transfers[transfer_];
        std::string file = transfer.output;
        if (transfer.output_by_name) {
            const std::string path = url_.path.substr(0, url_.path.find('?'));
            file = path.substr(path.rfind('/') + 1);
            if (file.empty()) {
                print_error(context, "curl: Remote file name has no length!\n");
                fail(context, 23, "Failed writing received data to disk/application");
                return false;
            }
        }
        if (file.empty() || file == "-") {
            if (print(context, text)) return true;
            fail(context, 23, "Failure writing output to destination");
            return false;
        }
        if (request_.create_directories && file.find('/') != std::string::npos) context.make_directory(file.substr(0, file.rfind('/')), true);
        int descriptor = -1;
        const shell::Errno opened = context.open(file, shell::OpenMode::Write, descriptor);
        if (opened != shell::Errno::None) {
            if (shows_errors()) print_error(context, fmt::format("Warning: Failed to open the file {}: {}\n", file, shell::errno_text(opened)));
            fail(context, 23, "Failure writing output to destination");
            return false;
        }
        const shell::Errno written = context.write(descriptor, text);
        context.close(descriptor);
        if (written == shell::Errno::None) return true;
        fail(context, 23, "Failure writing output to destination");
        return false;
    }

    // --- what goes wrong ---

    [[nodiscard]] bool shows_errors() const { return !request_.silent || request_.show_error; }

    bool try_again(ProcessContext& context, std::string_view problem) {
        if (tries_ > request_.retries) return false;
        Duration wait = request_.retry_delay;
        if (wait == Duration{}) {
            wait = kFirstRetry;
            for (std::int64_t i = 1; i < tries_ && wait < kLongestRetry; ++i) wait = wait * 2;
            wait = std::min(wait, kLongestRetry);
        }
        if (request_.retry_whole > Duration{} && context.now() + wait - first_try_ > request_.retry_whole) return false;
        const std::int64_t left = request_.retries - tries_ + 1;
        const std::int64_t whole = wait.nanoseconds / 1'000'000'000;
        if (shows_errors()) print_error(context, fmt::format("Warning: Problem: {}. Will retry in {} second{}. {} retr{} left.\n", problem, whole, whole == 1 ? "" : "s", left, left == 1 ? "y" : "ies"));
        resume_ = context.now() + wait;
        stage_ = Stage::Pause;
        return true;
    }

    void retry_or(ProcessContext& context, bool transient, std::string_view problem, int status, const std::string& sentence) {
        if (!transient && request_.retry_all) problem = "(retrying all errors)";
        if ((transient || request_.retry_all) && try_again(context, problem)) return;
        fail(context, status, sentence);
    }

    void fail(ProcessContext& context, int status, const std::string& sentence) {
        meter(context);
        if (shows_errors()) print_error(context, fmt::format("curl: ({}) {}\n", status, sentence));
        status_ = status;
        next_transfer(context);
    }

    void next_transfer(ProcessContext& context) {
        if (!request_.write_out.empty()) print(context, filled(context));
        ++transfer_;
        tries_ = 0;
        size_ = 0;
        conversation_ = {};
        stage_ = Stage::Next;
    }

    // --- what it says besides ---

    // The progress meter is for people whose terminal does not show the answer itself.
    void meter(ProcessContext& context) {
        const CurlTransfer& transfer = request_.transfers[transfer_];
        const bool to_file = (!transfer.output.empty() && transfer.output != "-") || transfer.output_by_name;
        if (request_.silent || request_.no_progress || (!to_file && context.is_terminal(1))) return;
        const std::int64_t received = static_cast<std::int64_t>(size_);
        const std::int64_t sent = request_.get ? 0 : static_cast<std::int64_t>(body_.size());
        const std::int64_t time = std::max<std::int64_t>(took_.nanoseconds, 1'000'000);
        const auto speed = [time](std::int64_t bytes) { return bytes * 1'000'000 / (time / 1'000); };
        const int share = received + sent > 0 ? 100 : 0;
        print_error(context, kMeterHead);
        print_error(context, fmt::format("\r{:3} {:5}  {:3} {:5}  {:3} {:5} {:6} {:6} --:--:-- --:--:-- --:--:-- {:5}\n", share, received + sent, received > 0 ? 100 : 0, received, sent > 0 ? 100 : 0, sent, speed(received), speed(sent), speed(received + sent)));
    }

    void say_connection(ProcessContext& context, Talk talk) {
        std::string out;
        if (!conversation_.address.empty()) out += fmt::format("*   Trying {}:{}...\n", conversation_.address, url_.port);
        if (talk == Talk::NoSuchHost) out += fmt::format("* Could not resolve host: {}\n", url_.host);
        if (talk == Talk::Refused) out += fmt::format("* connect to {} port {} failed: Connection refused\n", conversation_.address, url_.port);
        if (talk == Talk::NoNetwork) out += fmt::format("* Immediate connect fail for {}: Network is unreachable\n", conversation_.address);
        if (talk == Talk::NoRoute) out += fmt::format("* connect to {} port {} failed: No route to host\n", conversation_.address, url_.port);
        if (talk == Talk::Answered || talk == Talk::Timeout || talk == Talk::Reset) {
            out += fmt::format("* Connected to {} ({}) port {} (#0)\n", url_.host, conversation_.address, url_.port);
            const std::string agent = request_.agent.value_or(std::string(kCurlAgent));
            out += fmt::format("> {} {} HTTP/1.1\n> Host: {}\n{}> Accept: */*\n", method(), url_.path, url_.authority(), agent.empty() ? std::string() : fmt::format("> User-Agent: {}\n", agent));
            if (!body_.empty() && !request_.get) {
                out += fmt::format("> Content-Length: {}\n> Content-Type: {}\n", body_.size(), request_.content_type.empty() ? "application/x-www-form-urlencoded" : request_.content_type);
            }
            out += "> \n";
        }
        if (talk == Talk::Answered && conversation_.code != 0) {
            for (const std::string& line : split(answer_head(conversation_.code, conversation_.content_type, conversation_.body.size(), conversation_.headers), '\n')) {
                if (!line.empty()) out += fmt::format("< {}\n", trim(line));
            }
            out += fmt::format("* Connection #0 to host {} left intact\n", url_.host);
        } else if (talk != Talk::Answered) {
            out += "* Closing connection 0\n";
        }
        print_error(context, out);
    }

    [[nodiscard]] std::string variable(std::string_view name, bool& known) const {
        const std::string seconds = format_seconds(took_.nanoseconds, 6);
        const std::string connecting = conversation_.connected ? format_seconds(kLookUp.nanoseconds, 6) : "0.000000";
        if (name == "http_code" || name == "response_code") return fmt::format("{:03}", conversation_.code);
        if (name == "time_total") return seconds;
        if (name == "time_starttransfer") return conversation_.code != 0 ? seconds : "0.000000";
        if (name == "time_connect" || name == "time_namelookup" || name == "time_pretransfer") return connecting;
        if (name == "time_appconnect" || name == "time_redirect") return "0.000000";
        if (name == "size_download") return fmt::format("{}", size_);
        if (name == "size_upload") return fmt::format("{}", request_.get ? 0 : body_.size());
        if (name == "url" || name == "url_effective") return name == "url" ? request_.transfers[transfer_].url : url_.text();
        if (name == "remote_ip") return conversation_.connected ? conversation_.address : "";
        if (name == "remote_port") return conversation_.connected ? fmt::format("{}", url_.port) : "0";
        if (name == "content_type") return conversation_.content_type;
        if (name == "method") return method();
        if (name == "exitcode") return fmt::format("{}", status_);
        if (name == "num_redirects") return "0";
        if (name == "num_connects") return conversation_.connected ? "1" : "0";
        if (name == "scheme") return "HTTP";
        if (name == "http_version") return conversation_.code != 0 ? "1.1" : "0";
        known = false;
        return {};
    }

    std::string filled(ProcessContext& context) {
        const std::string& format = request_.write_out;
        std::string out;
        for (std::size_t i = 0; i < format.size(); ++i) {
            if (format[i] == '\\' && i + 1 < format.size()) {
                const char next = format[++i];
                if (next == 'n') out += '\n';
                else if (next == 't') out += '\t';
                else if (next == 'r') out += '\r';
                else out += std::string{'\\', next};
            } else if (format.compare(i, 2, "%%") == 0) {
                out += '%';
                ++i;
            } else if (format.compare(i, 2, "%{") == 0 && format.find('}', i) != std::string::npos) {
                const auto close = format.find('}', i);
                const std::string name = format.substr(i + 2, close - i - 2);
                bool known = true;
                out += variable(name, known);
                if (!known) print_error(context, fmt::format("curl: unknown --write-out variable: '{}'\n", name));
                i = close;
            } else {
                out += format[i];
            }
        }
        return out;
    }

    // What the phases before the request take on one machine.
    static constexpr Duration kLookUp = microseconds(150);

    Arguments argv_;
    CurlRequest request_;
    Stage stage_ = Stage::Begin;
    Conversation conversation_;
    Url url_;
    std::string body_;
    std::string content_;
    int input_ = -1;
    std::size_t next_data_ = 0;
    std::size_t transfer_ = 0;
    std::int64_t tries_ = 0;
    Time first_try_{};
    Time resume_{};
    Duration took_{};
    std::size_t size_ = 0;
    int status_ = 0;
    bool finished_ = false;
};

}  // namespace

ProgramPointer make_curl(const Arguments& argv) { return std::make_unique<Curl>(argv); }

}  // namespace podium::programs::net
