// wget: one file after the other, with the messages of BusyBox 1.37 or of GNU Wget 1.21.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/http.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/programs.hpp"
#include "sim/programs/net/wget_progress.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr Duration kPatience = seconds(900);  // both programs' own
constexpr std::int64_t kGnuTries = 20;
constexpr std::int64_t kMostTries = 1'000'000;
constexpr Duration kLongestPause = seconds(10);

constexpr OptionRule kWgetRules[] = {
    {'q', "quiet"},
    {'O', "output-document", true},
    {'S', "server-response"},
    {0, "spider"},
    {'T', "timeout", true},
    {'t', "tries", true},
    {0, "post-data", true},
    {0, "header", true},
    {'U', "user-agent", true},
    {'P', "directory-prefix", true},
    {0, "no-check-certificate"},
    {'Y', "proxy", true},
    {0, "no-verbose"},
    {0, "no-cache"},
    {0, "no-proxy"},
    // Real ones that Podium does not model.
    {'c', "continue", false, false},
    {'o', "output-file", true, false},
    {'i', "input-file", true, false},
    {'r', "recursive", false, false},
    {'b', "background", false, false},
    {'N', "timestamping", false, false},
    {'m', "mirror", false, false},
    {0, "post-file", true, false},
    {0, "method", true, false},
    {0, "limit-rate", true, false},
    {0, "retry-connrefused", false, false},
};

class Wget final : public ClonedProgram<Wget> {
  public:
    Wget(Arguments argv, bool busybox) : argv_(std::move(argv)), busybox_(busybox) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (!begun_) {
            begun_ = true;
            if (!begin(context)) return Step::exit(status_);
        }
        for (;;) {
            if (context.now() < resume_) return Step::block(resume_);
            if (!conversation_.started()) {
                if (next_ >= addresses_.size()) return Step::exit(status_);
                if (!ask(context)) return Step::exit(status_);
            }
            const Talk talk = conversation_.look(context);
            if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
            if (!conclude(context, talk)) return Step::exit(status_);
        }
    }

  private:
    bool end(int status) {
        status_ = status;
        return false;
    }

    bool begin(ProcessContext& context) {
        // GNU wget's options of two letters; BusyBox takes them and does nothing about them (wget.c, "n::").
        for (std::string& word : argv_) {
            if (word == "-nv") word = "--no-verbose";
        }
        if (busybox_) std::erase_if(argv_, [](const std::string& word) { return word == "-nc" || word == "-nH" || word == "-np"; });
        const Options options = parse_options(argv_, kWgetRules);
        if (options.mistake) return refuse(context, *options.mistake);
        quiet_ = options.has('q');
        brief_ = options.has("no-verbose");
        spider_ = options.has("spider");
        show_head_ = options.has('S');
        output_ = options.value('O').value_or("");
        folder_ = options.value('P').value_or("");
        post_ = options.value("post-data");
        agent_ = options.value('U').value_or(busybox_ ? "Wget" : "Wget/1.21.3");
        if (const auto text = options.value('T')) {
            const auto time = parse_decimal_nanoseconds(*text);
            if (!time) {
                print_error(context, busybox_ ? fmt::format("wget: invalid number '{}'\n", *text) : fmt::format("wget: --timeout: Invalid time period '{}'\n", *text));
                return end(busybox_ ? 1 : 2);
            }
            patience_ = *time == 0 ? kForEver : nanoseconds(*time);
        }
        if (busybox_) tries_ = 1;
        if (const auto text = options.value('t'); text && (!parse_integer(*text, tries_) || tries_ < 0)) {
            print_error(context, fmt::format("wget: --tries: Invalid number '{}'.\n", *text));
            return end(2);
        }
        if (tries_ == 0) tries_ = kMostTries;
        addresses_ = options.arguments;
        if (!addresses_.empty()) return true;
        print_error(context, busybox_ ? "BusyBox v1.37.0 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [--header STR] [--post-data STR] [-T SEC] URL...\n"
                                      : "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
        return end(1);
    }

    bool refuse(ProcessContext& context, const OptionMistake& mistake) {
        std::string name = mistake.given;
        while (name.starts_with('-')) name.erase(0, 1);
        const bool long_name = mistake.given.starts_with("--");
        if (mistake.kind == OptionMistake::Kind::NotModelled) {
            print_error(context, fmt::format("wget: Podium does not model the option {} of wget\n", mistake.given));
        } else if (mistake.kind == OptionMistake::Kind::NoValue) {
            print_error(context, fmt::format("wget: option requires an argument -- '{}'\n", name));
        } else {
            print_error(context, fmt::format("wget: {} '{}'\n", long_name ? "unrecognized option" : "invalid option --", long_name ? mistake.given : name));
        }
        if (!busybox_ && mistake.kind != OptionMistake::Kind::NotModelled) print_error(context, "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
        return end(busybox_ ? 1 : 2);
    }

    void say(ProcessContext& context, const std::string& text) const {
        if (!quiet_ && !brief_) print_error(context, text);
    }

    bool ask(ProcessContext& context) {
        const auto url = parse_url(addresses_[next_]);
        if (!url) {
            print_error(context, busybox_ ? fmt::format("wget: not an http or ftp url: {}\n", addresses_[next_]) : fmt::format("{}: Invalid host name.\n", addresses_[next_]));
            return end(1);
        }
        url_ = *url;
        if (url_.scheme == "https") {
            print_error(context, fmt::format("wget: Podium's servers speak plain HTTP; ask for http://{}{}\n", url_.authority(), url_.path));
            return end(busybox_ ? 1 : 5);
        }
        if (url_.scheme != "http") {
            print_error(context, busybox_ ? fmt::format("wget: not an http or ftp url: {}\n", addresses_[next_]) : fmt::format("{}: Unsupported scheme '{}'.\n", addresses_[next_], url_.scheme));
            return end(1);
        }
        model::ExchangeSpec spec;
        spec.host = url_.host;
        spec.port = url_.port;
        spec.method = post_ ? "POST" : spider_ ? "HEAD" : "GET";
        spec.path = url_.path;
        spec.body = post_.value_or("");
        spec.agent = agent_;
        ++tried_;
        conversation_.start(context, std::move(spec), {std::min(patience_, kKernelConnects), patience_});
        if (!busybox_) {
            if (spider_ && tried_ == 1) say(context, "Spider mode enabled. Check if remote file exists.\n");
            say(context, tried_ == 1 ? fmt::format("--{}--  {}\n", stamp(context), url_.text()) : fmt::format("--{}--  (try:{:2})  {}\n", stamp(context), tried_, url_.text()));
        }
        return true;
    }

    static std::string stamp(ProcessContext& context) {
        std::string text = rfc3339(context.now(), context.world().host(context.row().host).clock_skew);
        std::replace(text.begin(), text.end(), 'T', ' ');
        text.pop_back();  // Z
        return text;
    }

    bool conclude(ProcessContext& context, Talk talk) { return busybox_ ? conclude_busybox(context, talk) : conclude_gnu(context, talk); }

    // --- BusyBox ---

    bool die(ProcessContext& context, const std::string& sentence) {
        print_error(context, fmt::format("wget: {}\n", sentence));
        return end(1);
    }

    bool conclude_busybox(ProcessContext& context, Talk talk) {
        if (talk == Talk::NoSuchHost) return die(context, fmt::format("bad address '{}'", url_.authority()));
        say(context, fmt::format("Connecting to {} ({}:{})\n", url_.authority(), conversation_.address, url_.port));
        const auto no_connection = [this](std::string_view reason) { return fmt::format("can't connect to remote host ({}): {}", conversation_.address, reason); };
        switch (talk) {
            case Talk::Refused: return die(context, no_connection("Connection refused"));
            case Talk::NoNetwork: return die(context, no_connection("Network unreachable"));
            case Talk::NoRoute: return die(context, no_connection("Host is unreachable"));
            case Talk::ConnectTimeout: return die(context, context.now() - conversation_.began >= patience_ ? "download timed out" : no_connection("Operation timed out"));
            case Talk::Timeout: return die(context, "download timed out");
            case Talk::Reset: return die(context, "error getting response: Connection reset by peer");
            case Talk::Pending:
            case Talk::NoSuchHost:
            case Talk::Answered: break;
        }
        if (conversation_.code == 0) return die(context, "error getting response");
        if (show_head_) print_error(context, indented_head());
        if (conversation_.code >= 400) return die(context, fmt::format("server returned error: HTTP/1.1 {} {}", conversation_.code, reason_phrase(conversation_.code)));
        if (spider_) {
            say(context, "remote file exists\n");
            return next_address();
        }
        const std::string file = file_name();
        if (file == "-") {
            say(context, "writing to stdout\n");
            if (!print(context, conversation_.body)) return end(1);
            say(context, bar("-") + "written to stdout\n");
            return next_address();
        }
        if (output_.empty() && context.stat(file).exists) return die(context, fmt::format("can't open '{}': File exists", file));
        int descriptor = -1;
        if (const shell::Errno error = context.open(file, mode(), descriptor); error != shell::Errno::None) return die(context, fmt::format("can't open '{}': {}", file, shell::errno_text(error)));
        say(context, fmt::format("saving to '{}'\n", file));
        const shell::Errno written = context.write(descriptor, conversation_.body);
        context.close(descriptor);
        if (written != shell::Errno::None) return die(context, fmt::format("write error: {}", shell::errno_text(written)));
        say(context, bar(file.substr(file.rfind('/') + 1)) + fmt::format("'{}' saved\n", file));
        return next_address();
    }

    [[nodiscard]] std::string bar(const std::string& name) const { return fmt::format("{:<20.20} 100% |{}| {:5}  0:00:00 ETA\n", name, std::string(32, '*'), conversation_.body.size()); }

    // --- GNU ---

    bool conclude_gnu(ProcessContext& context, Talk talk) {
        const bool literal = url_.host.find_first_not_of("0123456789.") == std::string::npos;
        const std::string place = literal ? fmt::format("{}:{}", url_.host, url_.port) : fmt::format("{} ({})|{}|:{}", url_.host, url_.host, conversation_.address, url_.port);
        if (talk == Talk::NoSuchHost) {
            say(context, fmt::format("Resolving {} ({})... failed: Name or service not known.\n", url_.host, url_.host));
            if (!quiet_) print_error(context, fmt::format("wget: unable to resolve host address ‘{}’\n", url_.host));
            return give_up(4);
        }
        if (!literal) say(context, fmt::format("Resolving {} ({})... {}\n", url_.host, url_.host, conversation_.address));
        say(context, fmt::format("Connecting to {}... ", place));
        switch (talk) {
            case Talk::Refused: say(context, "failed: Connection refused.\n"); return give_up(4);
            case Talk::NoNetwork: say(context, "failed: Network is unreachable.\n"); return give_up(4);
            case Talk::NoRoute: say(context, "failed: No route to host.\n"); return give_up(4);
            case Talk::ConnectTimeout: say(context, "failed: Connection timed out.\n"); return try_again(context);
            case Talk::Timeout: say(context, "connected.\nHTTP request sent, awaiting response... Read error (Connection timed out) in headers.\n"); return try_again(context);
            case Talk::Reset: say(context, "connected.\nHTTP request sent, awaiting response... Read error (Connection reset by peer) in headers.\n"); return try_again(context);
            case Talk::Pending:
            case Talk::NoSuchHost:
            case Talk::Answered: break;
        }
        if (conversation_.code == 0) {
            say(context, "connected.\nHTTP request sent, awaiting response... No data received.\n");
            return try_again(context);
        }
        const std::string result = fmt::format("{} {}", conversation_.code, reason_phrase(conversation_.code));
        say(context, "connected.\nHTTP request sent, awaiting response... ");
        say(context, show_head_ ? "\n" + indented_head() : result + "\n");
        if (conversation_.code >= 400) {
            if (spider_) say(context, "Remote file does not exist -- broken link!!!\n\n");
            else if (!quiet_) print_error(context, fmt::format("{} ERROR {}: {}.\n{}", stamp(context), conversation_.code, reason_phrase(conversation_.code), brief_ ? "" : "\n"));
            return give_up(8);
        }
        say(context, fmt::format("Length: {} [{}]\n", conversation_.body.size(), conversation_.content_type));
        if (spider_) {
            say(context, "Remote file exists.\n\n");
            return next_address();
        }
        return save_gnu(context);
    }

    bool save_gnu(ProcessContext& context) {
        std::string file = file_name();
        if (file == "-") {
            say(context, "Saving to: ‘STDOUT’\n\n");
            if (!print(context, conversation_.body)) return end(3);
            say(context, saved(context, "written to stdout"));
            return next_address();
        }
        for (int copy = 1; output_.empty() && copy < 1000 && context.stat(file).exists; ++copy) file = fmt::format("{}.{}", file_name(), copy);
        if (!folder_.empty()) context.make_directory(folder_, true);
        int descriptor = -1;
        if (const shell::Errno error = context.open(file, mode(), descriptor); error != shell::Errno::None) {
            print_error(context, fmt::format("{}: {}\n\nCannot write to ‘{}’ ({}).\n", file, shell::errno_text(error), file, shell::errno_text(error)));
            return end(3);
        }
        say(context, fmt::format("Saving to: ‘{}’\n\n", file));
        const shell::Errno written = context.write(descriptor, conversation_.body);
        context.close(descriptor);
        if (written != shell::Errno::None) {
            print_error(context, fmt::format("\nCannot write to ‘{}’ ({}).\n", file, shell::errno_text(written)));
            return end(3);
        }
        say(context, saved(context, fmt::format("‘{}’ saved", file)));
        return next_address();
    }

    // The display of a file's progress, and what is told when it has come.
    std::string saved(ProcessContext& context, const std::string& done) const {
        const auto size = static_cast<std::int64_t>(conversation_.body.size());
        const Transfer transfer{size, std::max<std::int64_t>(1, (context.now() - conversation_.began).nanoseconds)};
        const std::string name = output_ == "-" ? "-" : file_name().substr(file_name().rfind('/') + 1);
        const std::string progress = context.is_terminal(2) ? bar_progress(name, transfer) : dot_progress(transfer);
        return fmt::format("{}{} ({}) - {} [{}/{}]\n\n", progress, stamp(context), transfer.speed(), done, size, size);
    }

    bool try_again(ProcessContext& context) {
        if (tried_ >= tries_) {
            say(context, "Giving up.\n\n");
            return give_up(4);
        }
        say(context, "Retrying.\n\n");
        resume_ = context.now() + std::min(seconds(tried_), kLongestPause);
        return true;
    }

    bool give_up(int status) {
        status_ = status;
        return next_address();
    }

    // --- both ---

    bool next_address() {
        ++next_;
        tried_ = 0;
        return true;
    }

    [[nodiscard]] shell::OpenMode mode() const { return !output_.empty() && next_ > 0 ? shell::OpenMode::Append : shell::OpenMode::Write; }

    [[nodiscard]] std::string file_name() const {
        if (!output_.empty()) return output_;
        const std::string path = url_.path.substr(0, busybox_ ? url_.path.find('?') : std::string::npos);
        std::string file = path.substr(path.rfind('/') + 1);
        if (file.empty()) file = "index.html";
        return folder_.empty() ? file : folder_ + "/" + file;
    }

    [[nodiscard]] std::string indented_head() const {
        std::string out;
        for (const std::string& line : split(answer_head(conversation_.code, conversation_.content_type, conversation_.body.size(), conversation_.headers), '\n')) {
            if (!trim(line).empty()) out += fmt::format("  {}\n", trim(line));
        }
        return out;
    }

    Arguments argv_;
    bool busybox_;
    bool begun_ = false;
    bool quiet_ = false;
    bool brief_ = false;
    bool spider_ = false;
    bool show_head_ = false;
    std::string output_;
    std::string folder_;
    std::string agent_;
    std::optional<std::string> post_;
    Duration patience_ = kPatience;
    std::int64_t tries_ = kGnuTries;
    std::int64_t tried_ = 0;
    std::vector<std::string> addresses_;
    std::size_t next_ = 0;
    Url url_;
    Conversation conversation_;
    Time resume_{};
    int status_ = 0;
};

}  // namespace

ProgramPointer make_wget(const Arguments& argv, bool busybox) { return std::make_unique<Wget>(argv, busybox); }

}  // namespace podium::programs::net
