// redis-cli: one command of its command line, or the commands it reads, a line each, with a prompt
// on a terminal. What comes back is redis's protocol; it is shown as redis-cli shows it, in words
// on a terminal and raw elsewhere.

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/options.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using model::ProcessContext;
using shell::Step;

constexpr std::size_t kReadBytes = 4096;
constexpr std::uint16_t kRedisPort = 6379;

// Words of a line, in single or double quotes where they have blanks.
Arguments quoted_words(const std::string& line) {
    Arguments out;
    std::string word;
    bool open = false;
    char quote = 0;
    for (const char c : line) {
        if (quote != 0) {
            if (c == quote)
                quote = 0;
            else
                word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            open = true;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            if (open || !word.empty()) out.push_back(std::exchange(word, {}));
            open = false;
        } else {
            word += c;
        }
    }
    if (open || !word.empty()) out.push_back(word);
    return out;
}

std::string as_message(const Arguments& words) {
    std::string out = fmt::format("*{}\r\n", words.size());
    for (const std::string& word : words)
        out += fmt::format("${}\r\n{}\r\n", word.size(), word);
    return out;
}

// One reply as text; takes it from `rest`.
std::string reply_text(std::string_view& rest, bool terminal) {
    const auto end = rest.find("\r\n");
    if (rest.empty() || end == std::string_view::npos) {
        rest = {};
        return "\n";
    }
    const char kind = rest.front();
    const std::string first(rest.substr(1, end - 1));
    rest.remove_prefix(end + 2);
    std::int64_t number = -1;
    switch (kind) {
        case ':':
            return (terminal ? "(integer) " : "") + first + "\n";
        case '-':
            // Raw, an error is followed by an empty line.
            return terminal ? "(error) " + first + "\n" : first + "\n\n";
        case '$': {
            parse_integer(first, number);
            if (number < 0) return terminal ? "(nil)\n" : "\n";
            const std::string text(rest.substr(0, static_cast<std::size_t>(number)));
            rest.remove_prefix(std::min(rest.size(), text.size() + 2));
            return terminal ? "\"" + text + "\"\n" : text + "\n";
        }
        case '*': {
            parse_integer(first, number);
            if (number <= 0) return terminal ? "(empty array)\n" : "\n";
            std::string out;
            const std::size_t width = first.size();
            for (std::int64_t i = 1; i <= number; ++i) {
                if (terminal) out += fmt::format("{:>{}}) ", i, width);
                out += reply_text(rest, terminal);
            }
            return out;
        }
        default:
            return first + "\n";
    }
}

class RedisCli final : public ClonedProgram<RedisCli> {
  public:
    explicit RedisCli(Arguments argv) : argv_(std::move(argv)) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (!read_options_ && !read_options(context)) return Step::exit(1);
        for (;;) {
            if (conversation_.started()) {
                const Talk talk = conversation_.look(context);
                if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
                if (!show(context, talk)) return Step::exit(1);
                conversation_ = {};
                prompted_ = false;
                if (single_) return Step::exit(status_);
            }
            Arguments words;
            switch (next_command(context, words)) {
                case Next::Wait:
                    return Step::block();
                case Next::End:
                    return Step::exit(status_);
                case Next::Command:
                    ask(context, words);
                    break;
            }
        }
    }

  private:
    enum class Next : std::uint8_t { Wait, End, Command };

    bool read_options(ProcessContext& context) {
        static constexpr OptionRule kRules[] = {{'h', {}, true},
                                                {'p', {}, true},
                                                {'a', "pass", true},
                                                {'n', {}, true},
                                                {'e'},
                                                {'t', {}, true},
                                                {0, "raw"},
                                                {0, "no-auth-warning"},
                                                {0, "user", true}};
        const Options options = parse_options(argv_, kRules, true);
        if (options.mistake) {
            print_error(context,
                        fmt::format("redis-cli: Podium does not model the option {} of redis-cli\n",
                                    options.mistake->given));
            return false;
        }
        if (options.has('n') && options.value('n') != "0") {
            print_error(context, "redis-cli: Podium does not model redis's databases but 0\n");
            return false;
        }
        // The server has no passwords, as the note on its --requirepass says; the client's has nothing to open.
        if (options.has('a') && !options.has("no-auth-warning")) {
            print_error(context,
                        "Warning: Using a password with '-a' or '-u' option on the command line "
                        "interface may not be safe.\n");
        }
        host_ = options.value('h').value_or("127.0.0.1");
        if (const auto port = options.value('p')) {
            std::int64_t number = 0;
            if (parse_integer(*port, number) && number > 0 && number <= 65'535)
                port_ = static_cast<std::uint16_t>(number);
        }
        strict_ = options.has('e');
        raw_ = options.has("raw");
        command_ = options.arguments;
        single_ = !command_.empty();
        read_options_ = true;
        return true;
    }

    Next next_command(ProcessContext& context, Arguments& words) {
        if (single_) {
            words = command_;
            return Next::Command;
        }
        for (;;) {
            const auto newline = typed_.find('\n');
            if (newline != std::string::npos || (ended_ && !typed_.empty())) {
                words = quoted_words(typed_.substr(0, newline));
                typed_.erase(0, newline == std::string::npos ? newline : newline + 1);
                if (words.empty()) {
                    prompted_ = false;
                    continue;
                }
                const std::string first = lower(words.front());
                return first == "quit" || first == "exit" ? Next::End : Next::Command;
            }
            if (ended_) return Next::End;
            if (!prompted_ && context.is_terminal(0)) {
                print(context, fmt::format("{}:{}> ", host_, port_));
                prompted_ = true;
            }
            const shell::ReadResult part = context.read(0, kReadBytes);
            if (part.kind == shell::ReadResult::Kind::WouldBlock) return Next::Wait;
            if (part.kind == shell::ReadResult::Kind::Data)
                typed_ += part.data;
            else
                ended_ = true;
        }
    }

    void ask(ProcessContext& context, const Arguments& words) {
        model::ExchangeSpec spec;
        spec.host = host_;
        spec.port = port_;
        spec.method = kPlainText;
        spec.path = "";
        spec.body = as_message(words);
        conversation_.start(context, std::move(spec));
    }

    // Shows what came back; false when there is no going on.
    bool show(ProcessContext& context, Talk talk) {
        if (talk == Talk::Answered && conversation_.code == 0) {
            std::string_view rest = conversation_.body;
            print(context, reply_text(rest, context.is_terminal(1) && !raw_));
            status_ = conversation_.body.starts_with('-') && strict_ ? 1 : 0;
            return true;
        }
        std::string reason = "Connection refused";
        if (talk == Talk::NoSuchHost) reason = "Name or service not known";
        if (talk == Talk::NoNetwork) reason = "Network is unreachable";
        if (talk == Talk::NoRoute) reason = "No route to host";
        if (talk == Talk::ConnectTimeout || talk == Talk::Timeout) reason = "Connection timed out";
        if (talk == Talk::Reset || talk == Talk::Answered) {
            print_error(context, "Error: Server closed the connection\n");
        } else {
            print_error(
                context,
                fmt::format("Could not connect to Redis at {}:{}: {}\n", host_, port_, reason));
        }
        return false;
    }

    Arguments argv_;
    Arguments command_;
    Conversation conversation_;
    std::string host_;
    std::string typed_;
    std::uint16_t port_ = kRedisPort;
    int status_ = 0;
    bool read_options_ = false;
    bool single_ = false;
    bool strict_ = false;
    bool raw_ = false;
    bool prompted_ = false;
    bool ended_ = false;
};

}  // namespace

ProgramPointer make_redis_cli(const Arguments& argv) {
    return std::make_unique<RedisCli>(argv);
}

}  // namespace podium::programs::net
