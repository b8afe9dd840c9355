#include "sim/model/dockerfile.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/model/dockerfile_documents.hpp"
#include "sim/model/dockerfile_instruction.hpp"

// After buildkit's frontend/dockerfile/parser/parser.go, as moby v20.10.24 has it. There the whole
// file is parted into instructions first, and only then is each instruction looked at: what is
// wrong with the parting ("failed to parse Dockerfile: …") is told before what is wrong with an
// instruction ("dockerfile parse error line 2: …"), wherever they stand.

namespace podium::model {
namespace {

class DockerfileReader {
  public:
    DockerfileReader(std::string_view text, std::string name, bool of_commit, DockerfileSyntax syntax)
        : text_(text), name_(std::move(name)), of_commit_(of_commit), syntax_(syntax) {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    }

    Result<Dockerfile> read() {
        if (const std::string wrong = read_directives(); !wrong.empty())
            return broken(wrong, number_);
        at_ = 0;
        number_ = 0;
        too_long_ = false;
        for (std::string line; next_line(line);) {
            const int first = number_;
            line.erase(0, line.size() - without_leading_blanks(line).size());
            if (line.starts_with('#')) continue;
            bool open = continues(line);
            if (!open && line.empty()) continue;
            bool empty_line = false;
            for (std::string part; open && next_line(part);) {
                const std::string_view begin = without_leading_blanks(part);
                if (begin.starts_with('#')) continue;
                if (begin.empty()) {
                    empty_line = true;
                    continue;
                }
                open = continues(part);
                line += part;
            }
            if (empty_line)
                out_.warnings.push_back("[WARNING]: Empty continuation line found in:\n    " +
                                        line);
            std::vector<DockerDocument> documents;
            if (syntax_ == DockerfileSyntax::BuildKit) documents = documents_of_line(line);
            for (DockerDocument& document : documents) {
                if (!read_document(document)) return broken("unterminated heredoc", first);
            }
            if (auto wrong = add(line, first, std::move(documents))) return *wrong;
        }
        return finish();
    }

  private:
    bool next_line(std::string& line) {
        if (at_ >= text_.size() || too_long_) return false;
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        if (end - at_ > kLongestDockerLine) {
            too_long_ = true;
            return false;
        }
        line = text_.substr(at_, end - at_);
        at_ = end + 1;
        ++number_;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        return true;
    }

    bool read_document(DockerDocument& document) {
        for (std::string line; next_line(line);) {
            if (ends_document(document, line)) return true;
            document.content += line + "\n";
        }
        return false;
    }

    // "# escape=`" may stand before anything else.
    std::string read_directives() {
        std::vector<std::string> seen;
        for (std::string line; next_line(line);) {
            std::string_view rest = without_leading_blanks(line);
            if (!rest.starts_with('#')) return {};
            rest = without_leading_blanks(rest.substr(1));
            const std::size_t equals = rest.find('=');
            if (equals == std::string_view::npos) return {};
            const std::string key = lower(without_blanks(rest.substr(0, equals)));
            const std::string_view value = without_blanks(rest.substr(equals + 1));
            const bool newer = key == "check" && syntax_ == DockerfileSyntax::BuildKit;
            if ((key != "escape" && key != "syntax" && !newer) || value.empty()) return {};
            if (std::find(seen.begin(), seen.end(), key) != seen.end())
                return fmt::format("only one {} parser directive can be used", key);
            seen.push_back(key);
            if (key != "escape") continue;
            if (value != "`" && value != "\\")
                return fmt::format("invalid escape token '{}' does not match ` or \\", value);
            out_.escape = value.front();
        }
        return {};
    }

    // Takes the escape character off a line that goes on in the next one; one that is itself
    // escaped does not.
    bool continues(std::string& line) const {
        const std::size_t end = line.find_last_not_of(" \t");
        if (end == std::string::npos || line[end] != out_.escape) return false;
        if (end > 0 && line[end - 1] == out_.escape) return false;
        line.erase(end);
        return true;
    }

    // The file can't be parted into instructions.
    [[nodiscard]] Error broken(const std::string& why, int line) const {
        return Error{of_commit_ ? why : fmt::format("failed to parse {}: {}", name_, why),
                     Place{name_, line, 0},
                     {}};
    }

    // An instruction is wrong.
    [[nodiscard]] Error bad(const std::string& why, int line) const {
        return Error{
            of_commit_ ? why : fmt::format("dockerfile parse error line {}: {}", line, why),
            Place{name_, line, 0},
            {}};
    }

    std::optional<Error> add(const std::string& line, int first, std::vector<DockerDocument> documents) {
        if (out_.steps.size() >= kMostDockerSteps)
            return bad(fmt::format("Podium reads at most {} instructions", kMostDockerSteps),
                       first);
        const InstructionLine words = instruction_line(line);
        ReadInstruction read = read_instruction(words, out_.escape, syntax_);
        if (of_commit_ && !read.of_commit && !unfit_)
            unfit_ = bad(fmt::format("{} is not a valid change command", lower(words.name)), first);
        if (!read.parting.empty()) return broken(read.parting, first);
        if (!read.wrong.empty() && !wrong_) wrong_ = bad(read.wrong, first);
        place_documents(read.step, std::move(documents));
        read.step.line = first;
        read.step.text = without_blanks(line);
        out_.steps.push_back(std::move(read.step));
        return std::nullopt;
    }

    Result<Dockerfile> finish() {
        if (out_.steps.empty()) return broken("file with no instructions", number_);
        if (too_long_)
            return broken(fmt::format("dockerfile line greater than max allowed size of {}",
                                      kLongestDockerLine),
                          number_ + 1);
        if (unfit_) return *unfit_;
        if (!of_commit_) check_stages();
        if (wrong_) return *wrong_;
        if (!out_.warnings.empty())
            out_.warnings.emplace_back(
                "[WARNING]: Empty continuation lines will become errors in a future release.");
        return std::move(out_);
    }

    // Nothing but ARG may stand before the first FROM.
    void check_stages() {
        const auto first = std::find_if(out_.steps.begin(), out_.steps.end(), [](const auto& step) {
            return step.instruction != DockerInstruction::Arg;
        });
        if (first != out_.steps.end() && first->instruction == DockerInstruction::From) return;
        const int line = first == out_.steps.end() ? number_ : first->line;
        if (wrong_ && wrong_->place.line <= line) return;
        wrong_ = Error{"no build stage in current context",
                       Place{name_, line, 0},
                       "a Dockerfile begins with FROM"};
    }

    std::string_view text_;
    std::string name_;
    bool of_commit_;
    DockerfileSyntax syntax_;
    std::size_t at_ = 0;
    int number_ = 0;  // of the line read last
    bool too_long_ = false;
    Dockerfile out_;
    std::optional<Error> unfit_;  // the first of each kind
    std::optional<Error> wrong_;
};

}  // namespace

Result<Dockerfile> parse_dockerfile(std::string_view text, const std::string& name, DockerfileSyntax syntax) {
    if (text.size() > kMostDockerfileBytes)
        return Error{"Podium reads Dockerfiles of at most 1 MiB", Place{name, 0, 0}, {}};
    return DockerfileReader(text, name, false, syntax).read();
}

Result<Dockerfile> parse_docker_changes(std::string_view text) {
    if (text.size() > kMostDockerfileBytes)
        return Error{"Podium reads at most 1 MiB of changes", {}, {}};
    return DockerfileReader(text, {}, true, DockerfileSyntax::Engine).read();
}

}  // namespace podium::model
