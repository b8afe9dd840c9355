#include "sim/model/dockerfile_documents.hpp"

#include <algorithm>

#include "sim/base/files.hpp"
#include "sim/base/text.hpp"
#include "sim/model/dockerfile_instruction.hpp"

namespace podium::model {
namespace {

// Words as they are written, parted by blanks outside of quotes.
std::vector<std::string> written_words(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == 0 && (c == ' ' || c == '\t')) {
            if (!word.empty()) out.push_back(std::move(word));
            word.clear();
            continue;
        }
        word += c;
        if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
        } else if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        }
    }
    if (!word.empty()) out.push_back(std::move(word));
    return out;
}

std::string_view without_tabs(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
    return line;
}

// A document that is a script of its own: whoever its first line names runs it.
void run_by_interpreter(DockerStep& step, const DockerDocument& document) {
    std::vector<std::string> words = split_words(std::string_view(document.content).substr(2, document.content.find('\n') - 2));
    if (words.size() > 1 && base_name(words.front()) == "env") words.erase(words.begin());
    if (words.empty()) words = {"/bin/sh"};
    const std::string shell = base_name(words.front());
    step.json = true;
    step.words = std::move(words);
    if (shell == "sh" || shell == "bash" || shell == "dash" || shell == "ash") {
        step.words.emplace_back("-c");
        step.words.push_back(document.content);
    } else {
        step.words.push_back("/dev/pipes/" + document.name);
    }
}

}  // namespace

std::optional<DockerDocument> document_of_word(std::string_view word) {
    word.remove_prefix(std::min(word.find_first_not_of("0123456789"), word.size()));
    if (!word.starts_with("<<")) return std::nullopt;
    word.remove_prefix(2);
    DockerDocument out;
    out.without_tabs = word.starts_with('-');
    if (out.without_tabs) word.remove_prefix(1);
    if (word.find('<') != std::string_view::npos || written_words(word).size() != 1) return std::nullopt;  // "<<EOF cat" is a shell's
    for (const char c : word) {
        if (c == '"' || c == '\'' || c == '\\')
            out.expand = false;
        else
            out.name += c;
    }
    return out.name.empty() ? std::nullopt : std::optional(std::move(out));
}

std::vector<DockerDocument> documents_of_line(std::string_view line) {
    const std::string name = instruction_line(line).name;
    if (name != "ADD" && name != "COPY" && name != "RUN") return {};
    std::vector<DockerDocument> out;
    for (const std::string& word : written_words(line)) {
        if (auto document = document_of_word(word)) out.push_back(std::move(*document));
    }
    return out;
}

bool ends_document(const DockerDocument& document, std::string_view line) { return (document.without_tabs ? without_tabs(line) : line) == document.name; }

void place_documents(DockerStep& step, std::vector<DockerDocument> documents) {
    if (documents.empty() || step.json || step.words.empty()) return;
    for (DockerDocument& document : documents) {
        if (!document.without_tabs) continue;
        std::string content;
        const std::vector<std::string> lines = split(document.content, '\n');
        for (std::size_t i = 0; i + 1 < lines.size(); ++i) content += std::string(without_tabs(lines[i])) + "\n";
        document.content = std::move(content);
    }
    if (step.instruction != DockerInstruction::Run) {
        std::erase_if(step.words, [](const std::string& word) { return document_of_word(word).has_value(); });
        step.documents = std::move(documents);
        return;
    }
    if (!document_of_word(step.words.front())) {  // the shell reads them
        for (const DockerDocument& document : documents) step.words.front() += "\n" + document.content + document.name;
    } else if (documents.front().content.starts_with("#!")) {
        run_by_interpreter(step, documents.front());
    } else {
        step.words = {documents.front().content};
    }
}

}  // namespace podium::model
