#include "sim/programs/small/awk_expressions.hpp"

// The grammar of mawk's parse.y, written down by hand; code comes out as it is read.

namespace podium::programs::small::awk {
namespace {

/// Jumps out of a loop and to its next round, which are yet to be told where to.
struct AwkLoop {
    std::vector<int> breaks;
    std::vector<int> continues;
};

class AwkParser : private Expressions {
  public:
    AwkParser(std::vector<Token> tokens, bool mawk) : Expressions(std::move(tokens), mawk) {}

    Result<Program> run() {
        std::optional<std::size_t> unfit;
        names_ = names_of(tokens_, unfit);
        if (unfit) {
            at_ = *unfit;
            wrong();
            return error_;
        }
        // Three passes over the same words, as code comes out in the order it is read: functions and
        // BEGIN, the rules for records, END.
        for (const Phase phase : {Phase::Begin, Phase::Main, Phase::End}) {
            phase_ = phase;
            at_ = 0;
            if (phase == Phase::Begin) {
                functions();
                at_ = 0;
            }
            int& entry = phase == Phase::Begin ? out_.begin : phase == Phase::Main ? out_.main : out_.end;
            entry = here();
            items();
            emit({Op::End});
            if (failed_) return error_;
        }
        if (out_.code.size() > kMostCode) return Error{fmt::format("Podium's awk runs programs of up to {} instructions", kMostCode), {}, {}};
        return std::move(out_);
    }

  private:
    enum class Phase : std::uint8_t { Begin, Main, End };

    // Rules.

    void functions() {
        for (const FunctionHeader& each : names_.headers) {
            UserFunction function{each.name, -1, static_cast<int>(each.parameters.size()), {}};
            for (const std::string& name : each.parameters) function.arrays.push_back(names_.is_array(each.name + "\n" + name));
            out_.functions.push_back(std::move(function));
        }
        for (std::size_t i = 0; i < names_.headers.size() && !failed_; ++i) {
            function_ = &names_.headers[i];
            out_.functions[i].entry = here();
            at_ = names_.headers[i].body;
            block();
            emit({Op::PushEmpty});
            emit({Op::Return});
        }
        function_ = nullptr;
    }

    void items() {
        int ranges = 0;
        while (!failed_) {
            separators();
            if (now().kind == TokenKind::End) return;
            if (is_word("function")) {
                at_ = std::find_if(names_.headers.begin(), names_.headers.end(), [&](const FunctionHeader& each) { return each.body > at_; })->end + 1;
            } else if (is_word("BEGIN") || is_word("END")) {
                const bool begin = now().text == "BEGIN";
                ++at_;
                if (!begin) out_.reads = true;
                if (!is("{")) return wrong();
                of_phase(begin ? Phase::Begin : Phase::End, [&] { block(); });
            } else {
                out_.reads = true;
                of_phase(Phase::Main, [&] { rule(ranges); });
            }
            if (!failed_ && now().kind != TokenKind::End && now().kind != TokenKind::Newline && !is(";") && tokens_[at_ - 1].text != "}") wrong();
        }
        out_.ranges = std::max(out_.ranges, ranges);
    }

    /// Code of another phase is read, and thrown away.
    template <class Read>
    void of_phase(Phase phase, const Read& read) {
        const std::size_t code = out_.code.size();
        const Phase wanted = std::exchange(phase_, phase);
        read();
        phase_ = wanted;
        if (phase == wanted) return;
        out_.code.resize(code);
    }

    void rule(int& ranges) {
        std::vector<int> skips;
        if (!is("{")) {
            expression();
            if (take(",")) {
                newlines();
                range(ranges++, skips);
            } else {
                skips.push_back(emit({Op::JumpFalse}));
            }
        }
        if (is("{"))
            block();
        else
            emit({Op::Print, Place::None, -1, kStandardOut});
        for (const int skip : skips) land(skip);
    }

    /// "first, last": the code of `first` has just been read.
    void range(int number, std::vector<int>& skips) {
        out_.ranges = std::max(out_.ranges, number + 1);
        // The first pattern is looked at in vain while the range goes on; it changes nothing where it is a pattern.
        const int begins = emit({Op::JumpTrue});
        emit({Op::RangeActive, Place::None, number});
        skips.push_back(emit({Op::JumpFalse}));
        land(begins);
        emit({Op::RangeSet, Place::None, number, 1});
        expression();
        const int goes_on = emit({Op::JumpFalse});
        emit({Op::RangeSet, Place::None, number, 0});
        land(goes_on);
    }

    void block() {
        expect("{");
        while (!failed_) {
            separators();
            if (take("}")) return;
            if (now().kind == TokenKind::End) return wrong();
            statement();
        }
    }

    // Statements.

    void ends_statement() {
        if (failed_ || is("}") || now().kind == TokenKind::End) return;
        if (now().kind == TokenKind::Newline || is(";")) {
            ++at_;
            return;
        }
        wrong();
    }

    void statement() {
        if (++depth_ > kMostNesting) fail(Error{fmt::format("Podium's awk reads up to {} levels of nesting", kMostNesting), {}, {}});
        if (!failed_) statement_inside();
        --depth_;
    }

    void statement_inside() {
        if (is("{")) return block();
        if (take(";")) return;
        if (now().kind == TokenKind::Keyword) {
            if (take_word("if")) return if_statement();
            if (take_word("while")) return while_statement();
            if (take_word("do")) return do_statement();
            if (take_word("for")) return for_statement();
            if (is_word("print") || is_word("printf")) {
                print();
                return ends_statement();
            }
            if (!is_word("getline")) return short_statement();
        }
        expression();
        emit({Op::Pop});
        ends_statement();
    }

    void short_statement() {
        const int line = now().line;
        if (take_word("next") || is_word("nextfile")) {
            const bool file = take_word("nextfile");
            if (phase_ != Phase::Main && function_ == nullptr) return say("improper use of next", "Unexpected token", line);
            emit({file ? Op::NextFile : Op::Next});
        } else if (is_word("break") || is_word("continue")) {
            const bool out = now().text == "break";
            ++at_;
            if (loops_.empty()) return say(fmt::format("{} statement outside of loop", out ? "break" : "continue"), "Unexpected token", line);
            (out ? loops_.back().breaks : loops_.back().continues).push_back(emit({Op::Jump}));
        } else if (take_word("exit")) {
            const bool given = !at_end();
            if (given) expression();
            emit({Op::Exit, Place::None, 0, given ? 1 : 0});
        } else if (take_word("return")) {
            if (function_ == nullptr) return say("return outside function body", "Unexpected token", line);
            if (at_end())
                emit({Op::PushEmpty});
            else
                expression();
            emit({Op::Return});
        } else if (take_word("delete")) {
            if (now().kind != TokenKind::Name) return wrong();
            const Where array = where(now().text);
            ++at_;
            if (take("[")) {
                subscript();
                emit({Op::DeleteElement, array.place, array.index});
            } else {
                emit({Op::DeleteArray, array.place, array.index});
            }
        } else {
            return wrong();
        }
        ends_statement();
    }

    [[nodiscard]] bool at_end() const { return now().kind == TokenKind::End || now().kind == TokenKind::Newline || is(";") || is("}"); }

    void if_statement() {
        expect("(");
        expression();
        expect(")");
        newlines();
        const int otherwise = emit({Op::JumpFalse});
        statement();
        const std::size_t back = at_;
        separators();
        if (take_word("else")) {
            newlines();
            const int done = emit({Op::Jump});
            land(otherwise);
            statement();
            land(done);
        } else {
            at_ = back;
            land(otherwise);
        }
    }

    void close_loop(int again) {
        for (const int jump : loops_.back().breaks) land(jump);
        for (const int jump : loops_.back().continues) out_.code[static_cast<std::size_t>(jump)].a = again;
        loops_.pop_back();
    }

    void while_statement() {
        const int again = here();
        expect("(");
        expression();
        expect(")");
        const int out = emit({Op::JumpFalse});
        loops_.emplace_back();
        if (!take(";")) {
            newlines();
            statement();
        }
        emit({Op::Jump, Place::None, again});
        land(out);
        close_loop(again);
    }

    void do_statement() {
        const int begin = here();
        newlines();
        loops_.emplace_back();
        statement();
        separators();
        const int again = here();
        if (!take_word("while")) return wrong();
        expect("(");
        expression();
        expect(")");
        emit({Op::JumpTrue, Place::None, begin});
        close_loop(again);
        ends_statement();
    }

    void for_statement() {
        expect("(");
        const bool over_keys = now().kind == TokenKind::Name && ahead(1).kind == TokenKind::Keyword && ahead(1).text == "in" && ahead(2).kind == TokenKind::Name &&
                               ahead(3).kind == TokenKind::Sign && ahead(3).text == ")";
        if (over_keys) return for_in();
        if (!is(";")) simple();
        expect(";");
        newlines();
        const int test = here();
        int out = -1;
        if (!is(";")) {
            expression();
            out = emit({Op::JumpFalse});
        }
        expect(";");
        newlines();
        const int over = emit({Op::Jump});
        const int again = here();
        if (!is(")")) simple();
        emit({Op::Jump, Place::None, test});
        expect(")");
        land(over);
        loops_.emplace_back();
        if (!take(";")) {
            newlines();
            statement();
        }
        emit({Op::Jump, Place::None, again});
        if (out >= 0) land(out);
        close_loop(again);
    }

    void simple() {
        expression();
        emit({Op::Pop});
    }

    void for_in() {
        const Where variable = where(now().text);
        at_ += 2;
        const Where array = where(now().text);
        at_ += 2;
        newlines();
        if (variable.array) return wrong();
        emit({Op::LoopBegin, array.place, array.index});
        const int again = here();
        const int next = emit({Op::LoopNext});
        emit({Op::Store, variable.place, variable.index});
        emit({Op::Pop});
        loops_.emplace_back();
        statement();
        emit({Op::Jump, Place::None, again});
        land(next);
        close_loop(again);
        emit({Op::LoopEnd});
    }

    void print() {
        const Op op = take_word("print") ? Op::Print : Op::Printf;
        if (op == Op::Printf) ++at_;
        const bool was = std::exchange(no_greater_, true);
        int count = 0;
        const bool in_parentheses = is("(") && list_ends_statement();
        if (in_parentheses) {
            ++at_;
            no_greater_ = false;
        }
        const auto over = [&] { return at_end() || is(">") || is(">>") || is("|") || (in_parentheses && is(")")); };
        while (!failed_ && !over()) {
            expression();
            ++count;
            if (in_parentheses) newlines();
            if (!take(",")) break;
            newlines();
        }
        if (in_parentheses) expect(")");
        no_greater_ = was;
        if (op == Op::Printf && count == 0) return wrong();
        Instruction out{op, Place::None, count == 0 ? -1 : count, kStandardOut};
        if (is(">") || is(">>") || is("|")) {
            out.b = is(">") ? kTruncate : is(">>") ? kAppend : kPipe;
            ++at_;
            const bool before = std::exchange(no_greater_, true);
            expression();
            no_greater_ = before;
        }
        emit(out);
    }

    /// Whether the parenthesis here closes just before the statement's end, so that it holds print's list.
    [[nodiscard]] bool list_ends_statement() const {
        int depth = 0;
        for (std::size_t i = at_; i < tokens_.size(); ++i) {
            if (tokens_[i].kind != TokenKind::Sign) continue;
            if (tokens_[i].text == "(") ++depth;
            if (tokens_[i].text != ")" || --depth > 0) continue;
            const Token& next = tokens_[std::min(i + 1, tokens_.size() - 1)];
            if (next.kind == TokenKind::End || next.kind == TokenKind::Newline) return true;
            if (next.kind != TokenKind::Sign) return false;
            return next.text == ";" || next.text == "}" || next.text == ">" || next.text == ">>" || next.text == "|";
        }
        return false;
    }

    Phase phase_ = Phase::Begin;
    std::vector<AwkLoop> loops_;
};

}  // namespace

Result<Program> parse(const std::string& text, bool mawk) {
    auto tokens = tokens_of(text, mawk);
    if (!tokens) return tokens.error();
    return AwkParser(std::move(*tokens), mawk).run();
}

}  // namespace podium::programs::small::awk
