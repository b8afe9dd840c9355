#pragma once

// awk's expressions, read from what binds least to what binds most, with the code that comes of them. The rules and statements around
// them are in awk_parse.cpp, which is all that includes this.

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "sim/programs/small/awk_code.hpp"
#include "sim/programs/small/awk_names.hpp"

namespace podium::programs::small::awk {

inline constexpr std::array<std::string_view, kSpecials> kAwkSpecials = {"NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH", "CONVFMT", "OFMT", "ARGC"};

struct AwkBuiltin {
    std::string_view name;
    Function function;
    int least;
    int most;
};

inline constexpr std::array<AwkBuiltin, 13> kAwkFunctions = {
    AwkBuiltin{"substr", Function::Substr, 2, 3}, AwkBuiltin{"index", Function::Index, 2, 2},
    AwkBuiltin{"sprintf", Function::Sprintf, 1, 255}, AwkBuiltin{"toupper", Function::Toupper, 1, 1},
    AwkBuiltin{"tolower", Function::Tolower, 1, 1}, AwkBuiltin{"int", Function::Int, 1, 1},
    AwkBuiltin{"sqrt", Function::Sqrt, 1, 1}, AwkBuiltin{"rand", Function::Rand, 0, 0},
    AwkBuiltin{"srand", Function::Srand, 0, 1}, AwkBuiltin{"systime", Function::Systime, 0, 0},
    AwkBuiltin{"system", Function::System, 1, 1}, AwkBuiltin{"close", Function::Close, 1, 1},
    AwkBuiltin{"fflush", Function::Fflush, 0, 1}};

using TokenKind = Token::Kind;

class Expressions {
  protected:
    Expressions(std::vector<Token> tokens, bool mawk) : tokens_(std::move(tokens)), mawk_(mawk) {
        for (const std::string_view name : kAwkSpecials) out_.globals.emplace_back(name);
        out_.arrays = {"ENVIRON", "ARGV"};
    }

    // Words.

    [[nodiscard]] const Token& now() const { return tokens_[at_]; }

    [[nodiscard]] const Token& ahead(std::size_t by) const { return tokens_[std::min(at_ + by, tokens_.size() - 1)]; }

    [[nodiscard]] bool is(std::string_view sign) const { return now().kind == TokenKind::Sign && now().text == sign; }

    [[nodiscard]] bool is_word(std::string_view word) const { return now().kind == TokenKind::Keyword && now().text == word; }

    bool take(std::string_view sign) {
        if (!is(sign)) return false;
        ++at_;
        return true;
    }

    bool take_word(std::string_view word) {
        if (!is_word(word)) return false;
        ++at_;
        return true;
    }

    void expect(std::string_view sign) {
        if (!take(sign)) wrong();
    }

    void newlines() {
        while (now().kind == TokenKind::Newline) ++at_;
    }

    void separators() {
        while (now().kind == TokenKind::Newline || is(";")) ++at_;
    }

    void fail(Error error) {
        if (!failed_) error_ = std::move(error);
        failed_ = true;
    }

    void say(const std::string& mawks, const std::string& busyboxs, int line) { fail(sentence_at(line, mawks, busyboxs, mawk_)); }

    void wrong() {
        if (now().kind == TokenKind::End) return say("missing } near end of file", "Unexpected token", now().line + (mawk_ ? 1 : 0));
        if (now().kind == TokenKind::Newline) return say("syntax error at or near end of line", "Unexpected token", now().line);
        const std::string shown = now().kind == TokenKind::Text ? '"' + now().text + '"' : now().kind == TokenKind::Regex ? '/' + now().text + '/' : now().text;
        say(fmt::format("syntax error at or near {}", shown), "Unexpected token", now().line);
    }

    // Code.

    [[nodiscard]] int here() const { return static_cast<int>(out_.code.size()); }

    int emit(Instruction instruction) {
        instruction.line = now().line;
        out_.code.push_back(instruction);
        if (out_.code.size() > kMostCode) fail(Error{fmt::format("Podium's awk runs programs of up to {} instructions", kMostCode), {}, {}});
        return here() - 1;
    }

    void land(int jump) { out_.code[static_cast<std::size_t>(jump)].a = here(); }

    void push(Value value) {
        out_.constants.push_back(std::move(value));
        emit({Op::Push, Place::None, static_cast<int>(out_.constants.size()) - 1});
    }

    int regex(const std::string& text) {
        auto compiled = compile(text, mawk_);
        if (!compiled) {
            fail(Error{fmt::format("{}: {}", text, compiled.error().message), {}, {}});
            return 0;
        }
        out_.regexes.push_back(std::move(*compiled));
        return static_cast<int>(out_.regexes.size()) - 1;
    }

    /// Where a name is kept.
    struct Where {
        Place place = Place::Global;
        int index = 0;
        bool array = false;
    };

    Where where(const std::string& name) {
        if (function_ != nullptr) {
            const auto found = std::find(function_->parameters.begin(), function_->parameters.end(), name);
            if (found != function_->parameters.end()) {
                const bool array = names_.is_array(function_->name + "\n" + name);
                return {array ? Place::LocalElement : Place::Local, static_cast<int>(found - function_->parameters.begin()), array};
            }
        }
        const bool array = names_.is_array(name);
        std::vector<std::string>& names = array ? out_.arrays : out_.globals;
        auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end()) found = names.insert(names.end(), name);
        return {array ? Place::Element : Place::Global, static_cast<int>(found - names.begin()), array};
    }

    // Expressions, from what binds least.

    void expression() {
        if (++depth_ > kMostNesting) fail(Error{fmt::format("Podium's awk reads up to {} levels of nesting", kMostNesting), {}, {}});
        if (!failed_) conditional();
        --depth_;
    }

    void conditional() {
        either();
        if (failed_ || !take("?")) return;
        newlines();
        const int no = emit({Op::JumpFalse});
        expression();
        newlines();
        expect(":");
        newlines();
        const int done = emit({Op::Jump});
        land(no);
        expression();
        land(done);
    }

    void either() {
        both();
        while (!failed_ && take("||")) {
            newlines();
            const int yes = emit({Op::JumpTrue});
            both();
            short_cut(yes, 1);
        }
    }

    void both() {
        membership();
        while (!failed_ && take("&&")) {
            newlines();
            const int no = emit({Op::JumpFalse});
            membership();
            short_cut(no, 0);
        }
    }

    /// What || and && give when the left side has decided.
    void short_cut(int jump, double value) {
        emit({Op::ToBool});
        const int done = emit({Op::Jump});
        land(jump);
        push(Value::of(value));
        land(done);
    }

    void membership() {
        matching();
        while (!failed_ && is_word("in") && ahead(1).kind == TokenKind::Name) {
            ++at_;
            const Where array = where(now().text);
            ++at_;
            emit({Op::In, array.place, array.index});
        }
    }

    void matching() {
        comparison();
        while (!failed_ && (is("~") || is("!~"))) {
            const int negated = is("!~") ? 1 : 0;
            ++at_;
            if (now().kind == TokenKind::Regex) {
                const int number = regex(now().text);
                ++at_;
                emit({Op::Match, Place::None, number, negated});
            } else {
                comparison();
                emit({Op::Match, Place::None, -1, negated});
            }
        }
    }

    void comparison() {
        concatenation();
        if (!mawk_) piped();
        static constexpr std::array<std::pair<std::string_view, Op>, 6> kSigns = {
            std::pair{std::string_view("<"), Op::Less}, {"<=", Op::LessEqual}, {"==", Op::Equal}, {"!=", Op::NotEqual}, {">", Op::Greater}, {">=", Op::GreaterEqual}};
        for (const auto& [sign, op] : kSigns) {
            if (failed_ || !is(sign) || (sign == ">" && no_greater_)) continue;
            ++at_;
            concatenation();
            if (!mawk_) piped();
            emit({op});
            return;
        }
    }

    /// COMMAND | getline. It binds as an operand does in mawk's grammar (p_expr), after words side by side in busybox's.
    void piped() {
        while (!failed_ && is("|") && ahead(1).kind == TokenKind::Keyword && ahead(1).text == "getline") {
            at_ += 2;
            getline(kCommand);
        }
    }

    /// The variable and the end of a getline whose source, if it has one, is on the stack.
    void getline(int from) {
        Instruction out{Op::Getline, Place::None, 0, from};
        if (now().kind == TokenKind::Name || is("$")) {
            Where place;
            lvalue(place);
            out.place = place.place;
            out.a = place.index;
        }
        if (from == kMain && take("<")) {
            // The source goes above a key. To busybox it is all that is written side by side.
            out.b = kFile;
            if (mawk_)
                primary(false);
            else
                concatenation();
            out.c = 1;
        }
        emit(out);
    }

    void concatenation() {
        additive();
        while (!failed_ && begins_operand()) {
            additive();
            emit({Op::Concatenate});
        }
    }

    [[nodiscard]] bool begins_operand() const {
        switch (now().kind) {
            case TokenKind::Number:
            case TokenKind::Text:
            case TokenKind::Regex:
            case TokenKind::Name:
            case TokenKind::Called:
            case TokenKind::Builtin:
                return true;
            case TokenKind::Sign:
                return is("$") || is("(") || is("!") || is("-") || is("+") || is("++") || is("--");
            case TokenKind::End:
            case TokenKind::Newline:
            case TokenKind::Keyword:
                return false;
        }
        return false;
    }

    void additive() {
        multiplicative();
        while (!failed_ && (is("+") || is("-"))) {
            const Op op = is("+") ? Op::Add : Op::Subtract;
            ++at_;
            multiplicative();
            emit({op});
        }
    }

    void multiplicative() {
        unary();
        while (!failed_ && (is("*") || is("/") || is("%"))) {
            const Op op = is("*") ? Op::Multiply : is("/") ? Op::Divide : Op::Modulo;
            ++at_;
            unary();
            emit({op});
        }
    }

    void unary() {
        if (!is("!") && !is("-") && !is("+")) return power();
        if (++depth_ > kMostNesting) fail(Error{fmt::format("Podium's awk reads up to {} levels of nesting", kMostNesting), {}, {}});
        const Op op = is("!") ? Op::Not : is("-") ? Op::Negate : Op::Plus;
        ++at_;
        if (!failed_) unary();
        emit({op});
        --depth_;
    }

    void power() {
        primary(true);
        if (failed_ || !take("^")) return;
        // From the right, and its right side may have a sign.
        unary();
        emit({Op::Power});
    }

    /// A name, element or field. Its key is emitted; nothing is loaded.
    void lvalue(Where& out) {
        if (take("$")) {
            out = {Place::Field, 0, false};
            if (is("++") || is("--") || is("-") || is("+") || is("!")) {
                if (is("++") || is("--")) return primary(false);
                return unary();
            }
            return primary(false);
        }
        const Token name = now();
        ++at_;
        out = where(name.text);
        if (take("[")) {
            if (!out.array) return wrong();
            return subscript();
        }
        if (out.array) say(fmt::format("illegal reference to array {}", name.text), "Unexpected token", name.line);
    }

    void subscript() {
        int count = 0;
        const bool was = std::exchange(no_greater_, false);
        do {
            newlines();
            expression();
            ++count;
        } while (!failed_ && take(","));
        no_greater_ = was;
        expect("]");
        if (count > 1) emit({Op::JoinKeys, Place::None, count});
    }

    /// `whole`: with what may follow it, an assignment or ++; not so where it says which field.
    void primary(bool whole) {
        if (++depth_ > kMostNesting) fail(Error{fmt::format("Podium's awk reads up to {} levels of nesting", kMostNesting), {}, {}});
        if (!failed_) primary_inside(whole);
        if (whole && mawk_) piped();
        --depth_;
    }

    void primary_inside(bool whole) {
        const Token token = now();
        switch (token.kind) {
            case TokenKind::Number:
                ++at_;
                return push(Value::of(token.number));
            case TokenKind::Text:
                ++at_;
                return push(Value::of(token.text));
            case TokenKind::Regex: {
                ++at_;
                const int number = regex(token.text);
                emit({Op::MatchRecord, Place::None, number});
                return;
            }
            case TokenKind::Name:
                return variable(whole);
            case TokenKind::Called:
                return call();
            case TokenKind::Builtin:
                return builtin();
            case TokenKind::Keyword:
                if (!take_word("getline")) return wrong();
                return getline(kMain);
            case TokenKind::Sign:
                break;
            case TokenKind::End:
            case TokenKind::Newline:
                return wrong();
        }
        if (is("$")) return variable(whole);
        if (is("(")) return parenthesis();
        if (is("++") || is("--")) {
            const int up = is("++") ? 1 : 0;
            ++at_;
            if (now().kind != TokenKind::Name && !is("$")) return wrong();
            Where place;
            lvalue(place);
            emit({Op::Bump, place.place, place.index, up});
            return;
        }
        if (is("-") || is("+") || is("!")) return unary();
        wrong();
    }

    void parenthesis() {
        ++at_;
        const bool was = std::exchange(no_greater_, false);
        newlines();
        expression();
        int count = 1;
        while (!failed_ && take(",")) {
            newlines();
            expression();
            ++count;
        }
        newlines();
        no_greater_ = was;
        expect(")");
        if (failed_ || count == 1) return;
        if (!is_word("in")) return wrong();
        emit({Op::JoinKeys, Place::None, count});
    }

    void variable(bool whole) {
        Where place;
        lvalue(place);
        if (failed_) return;
        static constexpr std::array<std::pair<std::string_view, Op>, 7> kAssignments = {
            std::pair{std::string_view("="), Op::End}, {"+=", Op::Add}, {"-=", Op::Subtract}, {"*=", Op::Multiply}, {"/=", Op::Divide}, {"%=", Op::Modulo}, {"^=", Op::Power}};
        const bool keyed = place.place == Place::Field || place.place == Place::Element || place.place == Place::LocalElement;
        for (const auto& [sign, op] : kAssignments) {
            if (!whole || !is(sign)) continue;
            ++at_;
            newlines();
            if (op != Op::End) {
                if (keyed) emit({Op::Duplicate});
                emit({Op::Load, place.place, place.index});
            }
            expression();
            if (op != Op::End) emit({op});
            emit({Op::Store, place.place, place.index});
            return;
        }
        if (whole && (is("++") || is("--"))) {
            const int up = is("++") ? 1 : 0;
            ++at_;
            emit({Op::Bump, place.place, place.index, up | 2});
            return;
        }
        emit({Op::Load, place.place, place.index});
    }

    void call() {
        const Token name = now();
        at_ += 2;
        const auto found = std::find_if(names_.headers.begin(), names_.headers.end(), [&](const FunctionHeader& each) { return each.name == name.text; });
        if (found == names_.headers.end())
            return say(fmt::format("function {} never defined", name.text), "Call to undefined function", mawk_ ? tokens_.back().line + 1 : name.line);
        const auto number = static_cast<int>(found - names_.headers.begin());
        const bool was = std::exchange(no_greater_, false);
        int count = 0;
        newlines();
        while (!failed_ && !is(")")) {
            const bool bare = now().kind == TokenKind::Name && ahead(1).kind == TokenKind::Sign && (ahead(1).text == "," || ahead(1).text == ")");
            const Where place = bare ? where(now().text) : Where{};
            const auto position = static_cast<std::size_t>(count);
            const bool wants = position < found->parameters.size() && names_.is_array(found->name + "\n" + found->parameters[position]);
            if (wants != (bare && place.array)) return say(fmt::format("type error in arg({}) in call to {}", count + 1, name.text), "Not an array", name.line);
            if (bare && place.array) {
                emit({Op::PushArray, place.place, place.index});
                ++at_;
            } else {
                expression();
            }
            ++count;
            newlines();
            if (!take(",") && !is(")")) return wrong();
            newlines();
        }
        no_greater_ = was;
        expect(")");
        if (count > static_cast<int>(found->parameters.size())) return say(fmt::format("too many arguments in call to {}", name.text), "Too many arguments", name.line);
        emit({Op::Call, Place::None, number, count});
    }

    // awk's own functions.

    void builtin() {
        const Token name = now();
        ++at_;
        if (name.text == "length" && !is("(")) {
            push(Value::of(0.0));
            emit({Op::Load, Place::Field});
            emit({Op::Builtin, Place::None, static_cast<int>(Function::Length), 1});
            return;
        }
        static constexpr std::array<std::string_view, 7> kRefused = {"sin", "cos", "atan2", "exp", "log", "strftime", "mktime"};
        if (std::find(kRefused.begin(), kRefused.end(), name.text) != kRefused.end())
            return fail(Error{fmt::format("Podium does not model awk's function {}()", name.text), {}, {}});
        if (!is("(")) return wrong();
        ++at_;
        const bool was = std::exchange(no_greater_, false);
        newlines();
        if (name.text == "split") split(name);
        else if (name.text == "sub" || name.text == "gsub") substitute(name);
        else if (name.text == "length") length();
        else if (name.text == "match") match(name);
        else ordinary(name);
        no_greater_ = was;
    }

    void miscounted(const Token& name) { say(fmt::format("wrong number of arguments in call to {}", name.text), "Too few arguments", name.line); }

    void comma(const Token& name) {
        if (failed_) return;
        if (!take(",")) return miscounted(name);
        newlines();
    }

    void ordinary(const Token& name) {
        const auto* const found = std::find_if(kAwkFunctions.begin(), kAwkFunctions.end(), [&](const AwkBuiltin& each) { return each.name == name.text; });
        if (found == kAwkFunctions.end()) return wrong();
        int count = 0;
        while (!failed_ && !is(")")) {
            expression();
            ++count;
            newlines();
            if (!take(",")) break;
            newlines();
        }
        expect(")");
        if (count < found->least || count > found->most) return miscounted(name);
        emit({Op::Builtin, Place::None, static_cast<int>(found->function), count});
    }

    void length() {
        if (take(")")) {
            push(Value::of(0.0));
            emit({Op::Load, Place::Field});
        } else if (now().kind == TokenKind::Name && ahead(1).kind == TokenKind::Sign && ahead(1).text == ")" && where(now().text).array) {
            const Where array = where(now().text);
            at_ += 2;
            emit({Op::LengthOf, array.place, array.index});
            return;
        } else {
            expression();
            expect(")");
        }
        emit({Op::Builtin, Place::None, static_cast<int>(Function::Length), 1});
    }

    /// A pattern as an argument: a regex's number, or -1 for a value on the stack.
    int pattern() {
        const bool alone = now().kind == TokenKind::Regex && ahead(1).kind == TokenKind::Sign && (ahead(1).text == "," || ahead(1).text == ")");
        if (!alone) {
            expression();
            return -1;
        }
        const int number = regex(now().text);
        ++at_;
        return number;
    }

    void match(const Token& name) {
        expression();
        comma(name);
        const int number = failed_ ? 0 : pattern();
        expect(")");
        emit({Op::Builtin, Place::None, static_cast<int>(Function::MatchIn), number < 0 ? 2 : 1, number});
    }

    void split(const Token& name) {
        expression();
        comma(name);
        if (failed_) return;
        if (now().kind != TokenKind::Name) return wrong();
        const Where array = where(now().text);
        ++at_;
        int separator = 0;
        if (take(",")) {
            newlines();
            const int number = pattern();
            separator = number < 0 ? 1 : 2 + number;
        }
        expect(")");
        emit({Op::Split, array.place, array.index, separator});
    }

    void substitute(const Token& name) {
        const int number = pattern();
        comma(name);
        if (!failed_) expression();
        Where place{Place::Field, 0, false};
        if (take(",")) {
            newlines();
            const bool can = now().kind == TokenKind::Name || is("$");
            if (!can) return fail(Error{fmt::format("Podium's awk takes a variable, element or field as the third argument of {}()", name.text), {}, {}});
            lvalue(place);
        } else {
            push(Value::of(0.0));
        }
        expect(")");
        if (place.place == Place::Field || place.place == Place::Element || place.place == Place::LocalElement) emit({Op::Duplicate});
        emit({Op::Load, place.place, place.index});
        emit({Op::Substitute, place.place, place.index, number, name.text == "gsub" ? 1 : 0});
    }

    std::vector<Token> tokens_;
    bool mawk_;
    std::size_t at_ = 0;
    Program out_;
    Names names_;
    const FunctionHeader* function_ = nullptr;
    bool no_greater_ = false;
    int depth_ = 0;
    bool failed_ = false;
    Error error_;
};

}  // namespace podium::programs::small::awk
