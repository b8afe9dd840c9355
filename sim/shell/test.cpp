// test and [.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/expand.hpp"

namespace podium::shell {
namespace {

constexpr int kStatusWrong = 2;
constexpr int kMostParentheses = 100;

/// Evaluates one expression; `error` is the sentence when it is none.
class Test {
  public:
    Test(const BuiltinCall& call, std::vector<std::string> words)
        : call_(call), words_(std::move(words)) {}

    Outcome run() {
        if (words_.empty()) return Outcome::done(1);
        const bool value = by_count();
        if (error_.empty() && position_ < words_.size()) {
            fail(ash() ? fmt::format("{}: unknown operand", words_[position_])
                       : std::string("too many arguments"));
        }
        if (error_.empty()) return Outcome::done(value ? 0 : 1);
        if (gives_up_) {
            Outcome out;
            out.kind = Outcome::Kind::GiveUp;
            out.text = error_;
            return out;
        }
        call_.state.complain_as_program(call_.system, call_.argv.front(), error_);
        return Outcome::done(kStatusWrong);
    }

  private:
    [[nodiscard]] bool ash() const { return call_.state.dialect == Dialect::Ash; }

    [[nodiscard]] const std::string* peek(std::size_t ahead = 0) const {
        return position_ + ahead < words_.size() ? &words_[position_ + ahead] : nullptr;
    }

    bool fail(std::string sentence) {
        if (error_.empty()) error_ = std::move(sentence);
        position_ = words_.size();
        return false;
    }

    static bool is_binary(std::string_view word) {
        static constexpr std::string_view kOperators[] = {"=",
                                                          "==",
                                                          "!=",
                                                          "<",
                                                          ">",
                                                          "-eq",
                                                          "-ne",
                                                          "-lt",
                                                          "-le",
                                                          "-gt",
                                                          "-ge",
                                                          "-nt",
                                                          "-ot",
                                                          "-ef"};
        return std::find(std::begin(kOperators), std::end(kOperators), word) !=
               std::end(kOperators);
    }

    [[nodiscard]] bool is_unary(std::string_view word) const {
        static constexpr std::string_view kLetters = "bcdefghkLnOGprsStuwxz";
        if (word == "-v") return !ash();
        return word.size() == 2 && word[0] == '-' &&
               kLetters.find(word[1]) != std::string_view::npos;
    }

    /// POSIX fixes the meaning of up to four arguments by their number.
    bool by_count() {
        const std::size_t count = words_.size() - position_;
        if (count == 1) return !words_[position_++].empty();
        if (count == 2 && words_[position_] == "!") {
            position_ += 2;
            return words_[position_ - 1].empty();
        }
        if (count == 2 && !ash() && !is_unary(words_[position_]))
            return fail(fmt::format("{}: unary operator expected", words_[position_]));
        if (count == 3 && is_binary(words_[position_ + 1])) return binary();
        if (count == 4 && words_[position_] == "!" && is_binary(words_[position_ + 2])) {
            ++position_;
            return !binary();
        }
        if (count == 3 && !ash() && !is_unary(words_[position_]) && words_[position_] != "!" &&
            words_[position_] != "(" && words_[position_ + 1] != "-a" &&
            words_[position_ + 1] != "-o") {
            return fail(fmt::format("{}: binary operator expected", words_[position_ + 1]));
        }
        return either();
    }

    bool either() {
        bool value = both();
        while (peek() != nullptr && *peek() == "-o") {
            ++position_;
            const bool right = both();
            value = value || right;
        }
        return value;
    }

    bool both() {
        bool value = negated();
        while (peek() != nullptr && *peek() == "-a") {
            ++position_;
            const bool right = negated();
            value = value && right;
        }
        return value;
    }

    bool negated() {
        bool turn = false;
        while (peek() != nullptr && *peek() == "!" && peek(1) != nullptr &&
               !(is_binary(*peek(1)) && peek(2) != nullptr)) {
            turn = !turn;
            ++position_;
        }
        return primary() != turn;
    }

    bool primary() {
        if (peek() == nullptr) return fail("argument expected");
        if (peek(1) != nullptr && peek(2) != nullptr && is_binary(*peek(1))) return binary();
        if (*peek() == "(") {
            if (++depth_ > kMostParentheses) return fail("too many parentheses");
            ++position_;
            const bool value = either();
            if (peek() == nullptr || *peek() != ")")
                return fail(ash() ? "closing paren expected" : "`)' expected");
            ++position_;
            --depth_;
            return value;
        }
        if (is_unary(*peek()) && peek(1) != nullptr) return unary();
        if (is_unary(*peek()) || peek()->empty() || peek()->front() != '-' || peek(1) == nullptr) {
            return !words_[position_++].empty();
        }
        if (!ash()) return fail(fmt::format("{}: unary operator expected", *peek()));
        return !words_[position_++].empty();
    }

    bool unary() {
        const char letter = words_[position_][1];
        const std::string& operand = words_[position_ + 1];
        position_ += 2;
        if (letter == 'n') return !operand.empty();
        if (letter == 'z') return operand.empty();
        if (letter == 'v') {
            const std::vector<std::string> none;
            Expander expander(call_.state, call_.system, none);
            bool value = false;
            if (expander.is_set(operand, value)) return value;
            gives_up_ = true;
            return fail(expander.failure());
        }
        if (letter == 't') {
            std::int64_t number = 0;
            if (!parse_integer(operand, number)) return fail(not_a_number(operand));
            const auto found = call_.state.descriptors.find(
                static_cast<int>(std::clamp<std::int64_t>(number, -1, 1000)));
            return found != call_.state.descriptors.end() &&
                   call_.system.is_terminal(found->second);
        }
        return file_is(call_.system, letter, operand);
    }

    [[nodiscard]] std::string not_a_number(const std::string& text) const {
        return fmt::format("{}: {}", text, ash() ? "bad number" : "integer expression expected");
    }

    bool number(const std::string& text, std::int64_t& value) {
        if (parse_integer(trim(text), value)) return true;
        return fail(not_a_number(text));
    }

    bool binary() {
        const std::string left = words_[position_];
        const std::string operation = words_[position_ + 1];
        const std::string right = words_[position_ + 2];
        position_ += 3;
        if (operation == "=" || operation == "==") return left == right;
        if (operation == "!=") return left != right;
        if (operation == "<") return left < right;
        if (operation == ">") return left > right;
        if (operation == "-nt" || operation == "-ot" || operation == "-ef") return files_are(call_.system, operation, left, right);
        std::int64_t a = 0;
        std::int64_t b = 0;
        if (!number(left, a) || !number(right, b)) return false;
        if (operation == "-eq") return a == b;
        if (operation == "-ne") return a != b;
        if (operation == "-lt") return a < b;
        if (operation == "-le") return a <= b;
        if (operation == "-gt") return a > b;
        return a >= b;
    }

    const BuiltinCall& call_;
    std::vector<std::string> words_;
    std::size_t position_ = 0;
    int depth_ = 0;
    std::string error_;
    bool gives_up_ = false;  // the whole line, for a subscript's arithmetic
};

bool is_socket(const FileInfo& info) {
    constexpr int kType = 0170000;
    constexpr int kSocket = 0140000;  // stat(2): S_IFMT, S_IFSOCK
    return (info.mode & kType) == kSocket;
}

}  // namespace

bool file_is(System& system, char letter, const std::string& path) {
    const FileInfo info = system.stat(path);
    if (!info.exists) return false;
    switch (letter) {
        case 'a':
        case 'e': return true;
        case 'f': return !info.is_directory && !is_socket(info);
        case 'S': return is_socket(info);
        case 'd': return info.is_directory;
        case 's': return info.size_bytes > 0;
        case 'r': return (info.mode & 0444) != 0;
        case 'w': return (info.mode & 0222) != 0;
        case 'x': return info.is_directory || (info.mode & 0111) != 0;
        case 'O':
        case 'G': return true;  // everybody is root here
        default: return false;  // links, pipes and devices do not occur
    }
}

bool files_are(System& system, std::string_view operation, const std::string& left, const std::string& right) {
    const FileInfo a = system.stat(left);
    const FileInfo b = system.stat(right);
    if (operation == "-nt") return a.exists && (!b.exists || a.modified > b.modified);
    if (operation == "-ot") return b.exists && (!a.exists || a.modified < b.modified);
    return a.exists && left == right;
}

Outcome builtin_test(const BuiltinCall& call) {
    std::vector<std::string> words(call.argv.begin() + 1, call.argv.end());
    if (call.argv.front() == "[") {
        if (words.empty() || words.back() != "]") {
            call.state.complain_as_program(
                call.system, "[", call.state.dialect == Dialect::Ash ? "missing ]" : "missing `]'");
            return Outcome::done(kStatusWrong);
        }
        words.pop_back();
    }
    return Test(call, std::move(words)).run();
}

}  // namespace podium::shell
