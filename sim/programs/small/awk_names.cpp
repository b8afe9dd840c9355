#include <algorithm>

#include "sim/programs/small/awk_names.hpp"

namespace podium::programs::small::awk {
namespace {

class AwkNameFinder {
  public:
    AwkNameFinder(const std::vector<Token>& tokens, Names& out) : tokens_(tokens), out_(out) {}

    std::optional<std::size_t> run() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].kind != Token::Kind::Keyword || tokens_[i].text != "function") continue;
            if (!header(i)) return i;
        }
        out_.arrays = {"ENVIRON", "ARGV"};
        for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
            const Token& token = tokens_[i];
            const bool after = i > 0 && tokens_[i - 1].kind == Token::Kind::Keyword && (tokens_[i - 1].text == "delete" || tokens_[i - 1].text == "in");
            if (token.kind == Token::Kind::Name && (sign(i + 1, "[") || after)) out_.arrays.insert(key(i));
            if (token.kind == Token::Kind::Builtin && token.text == "split") note_split(i);
            if (token.kind == Token::Kind::Called) note_call(i);
        }
        for (bool changed = true; changed;) {
            changed = false;
            for (const auto& [one, other] : same_) {
                if (out_.is_array(one) == out_.is_array(other)) continue;
                out_.arrays.insert(out_.is_array(one) ? other : one);
                changed = true;
            }
        }
        return std::nullopt;
    }

  private:
    [[nodiscard]] bool sign(std::size_t at, std::string_view text) const { return at < tokens_.size() && tokens_[at].kind == Token::Kind::Sign && tokens_[at].text == text; }

    /// The name there, as Names has it.
    [[nodiscard]] std::string key(std::size_t at) const {
        const std::string& name = tokens_[at].text;
        for (const FunctionHeader& each : out_.headers) {
            if (at <= each.body || at >= each.end) continue;
            if (std::find(each.parameters.begin(), each.parameters.end(), name) != each.parameters.end()) return each.name + "\n" + name;
        }
        return name;
    }

    void skip_newlines(std::size_t& at) const {
        while (tokens_[at].kind == Token::Kind::Newline) ++at;
    }

    /// From the word "function" to the closing brace; false at what does not fit. The last token is kind End, which fits nowhere.
    bool header(std::size_t& at) {
        FunctionHeader out;
        ++at;
        if (tokens_[at].kind != Token::Kind::Called && tokens_[at].kind != Token::Kind::Name) return false;
        out.name = tokens_[at++].text;
        if (!sign(at, "(")) return false;
        ++at;
        skip_newlines(at);
        while (!sign(at, ")")) {
            if (tokens_[at].kind != Token::Kind::Name) return false;
            out.parameters.push_back(tokens_[at++].text);
            skip_newlines(at);
            if (sign(at, ","))
                ++at;
            else if (!sign(at, ")"))
                return false;
            skip_newlines(at);
        }
        ++at;
        skip_newlines(at);
        if (!sign(at, "{")) return false;
        out.body = at;
        for (int depth = 0; at < tokens_.size(); ++at) {
            if (sign(at, "{")) ++depth;
            if (sign(at, "}") && --depth == 0) break;
        }
        out.end = at;
        out_.headers.push_back(std::move(out));
        return true;
    }

    void note_split(std::size_t i) {
        int depth = 0;
        for (++i; i < tokens_.size(); ++i) {
            if (sign(i, "(") || sign(i, "[")) ++depth;
            if ((sign(i, ")") || sign(i, "]")) && --depth <= 0) return;
            if (!sign(i, ",") || depth != 1) continue;
            if (i + 1 < tokens_.size() && tokens_[i + 1].kind == Token::Kind::Name) out_.arrays.insert(key(i + 1));
            return;
        }
    }

    /// A name alone as an argument is of one sort with the parameter it is given to.
    void note_call(std::size_t i) {
        const auto callee = std::find_if(out_.headers.begin(), out_.headers.end(), [&](const FunctionHeader& each) { return each.name == tokens_[i].text; });
        if (callee == out_.headers.end()) return;
        int depth = 0;
        std::size_t position = 0;
        for (++i; i + 2 < tokens_.size(); ++i) {
            if (sign(i, "(") || sign(i, "[")) ++depth;
            if ((sign(i, ")") || sign(i, "]")) && --depth <= 0) return;
            if (sign(i, ",") && depth == 1) ++position;
            const bool opens = depth == 1 && (sign(i, "(") || sign(i, ","));
            if (!opens || tokens_[i + 1].kind != Token::Kind::Name || position >= callee->parameters.size()) continue;
            if (sign(i + 2, ",") || sign(i + 2, ")")) same_.emplace_back(key(i + 1), callee->name + "\n" + callee->parameters[position]);
        }
    }

    const std::vector<Token>& tokens_;
    Names& out_;
    std::vector<std::pair<std::string, std::string>> same_;
};

}  // namespace

bool Names::is_array(const std::string& key) const { return arrays.contains(key); }

Names names_of(const std::vector<Token>& tokens, std::optional<std::size_t>& wrong) {
    Names out;
    wrong = AwkNameFinder(tokens, out).run();
    return out;
}

}  // namespace podium::programs::small::awk
