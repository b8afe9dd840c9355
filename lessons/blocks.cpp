#include "lessons/blocks.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lessons/load.hpp"
#include "lessons/yaml_reader.hpp"
#include "sim/base/text.hpp"
#include "sim/lab/completion.hpp"
#include "sim/lab/words.hpp"

namespace podium::lessons {
namespace {

constexpr std::string_view kStatusMark = "# status ";

Error mistake(const Place& place, std::string sentence, std::string hint = {}) {
    return Error{std::move(sentence), place, std::move(hint)};
}

const std::vector<std::string>& block_words() {
    static const std::vector<std::string> words{"choice",
                                                "order",
                                                "number",
                                                "hints",
                                                "why",
                                                "console",
                                                "sh",
                                                "yaml",
                                                "text",
                                                "json",
                                                "dockerfile",
                                                "lua"};
    return words;
}

// --- questions ---

void read_answers(YamlReader& block, Question& question, const std::string& key) {
    for (auto& [id, text] : block.pairs(key))
        question.answers.push_back({id, text, {}});
    if (question.answers.size() < 2 || question.answers.size() > kMostAnswers)
        block.fail(
            fmt::format("'{}' takes from 2 to {} lines like 'name: text'", key, kMostAnswers));
}

bool has_answer(const Question& question, const std::string& id) {
    return std::any_of(question.answers.begin(), question.answers.end(), [&](const Answer& answer) {
        return answer.id == id;
    });
}

void read_choice(YamlReader& block, Question& question) {
    if (!block.is_map({"id", "question", "answers", "right", "key", "after", "because"})) return;
    read_answers(block, question, "answers");
    question.right = block.text("right");
    if (!question.right.empty() && !has_answer(question, question.right))
        block.at("right").fail(
            fmt::format("the right answer '{}' is not among the answers", question.right));
    for (const auto& [id, text] : block.pairs("because")) {
        if (!has_answer(question, id))
            block.at("because").fail(fmt::format("there is no answer '{}'", id));
        for (Answer& answer : question.answers) {
            if (answer.id == id) answer.because = text;
        }
    }
    // A prediction's key is known to the run only; `lesson test` sees that no wrong answer goes
    // unexplained.
    std::size_t unexplained = 0;
    for (const Answer& answer : question.answers) {
        if (!answer.because.empty() || answer.id == question.right) continue;
        ++unexplained;
        if (question.key.empty() || unexplained > 1)
            block.fail(fmt::format("answer '{}' has no explanation", answer.id),
                       "under 'because', say why each wrong answer is wrong");
    }
}

void read_order(YamlReader& block, Question& question) {
    if (!block.is_map({"id", "question", "items", "right", "key", "after", "because"})) return;
    read_answers(block, question, "items");
    question.order = block.texts("right");
    question.because = block.required("because");
    if (!question.key.empty()) return;
    std::vector<std::string> shown;
    for (const Answer& answer : question.answers)
        shown.push_back(answer.id);
    if (question.order == shown)
        block.fail("the items stand in the right order already", "list them in another one");
    std::vector<std::string> sorted = question.order;
    std::sort(sorted.begin(), sorted.end());
    std::sort(shown.begin(), shown.end());
    if (sorted != shown) block.fail("'right' takes each of the items once, in their order");
}

void read_number(YamlReader& block, Question& question) {
    if (!block.is_map({"id", "question", "unit", "right", "within", "key", "after", "because"}))
        return;
    question.unit = block.text("unit");
    question.measure = measure_of(question.unit);
    question.because = block.required("because");
    for (const auto& [key, amount] :
         {std::pair{"right", &question.number}, std::pair{"within", &question.within}}) {
        if (!block.has(key)) continue;
        const auto parsed = parse_amount(question, block.text(key));
        if (parsed) *amount = *parsed;
        if (!parsed || *amount < 0)
            block.at(key).fail(
                parsed ? fmt::format("'{}' is below 0", key) : parsed.error().message,
                "like: 10 s");
    }
}

Result<Block> read_question(const Chunk& chunk, const std::string& file, Step& step) {
    YamlReader block(chunk.text, file, chunk.line);
    Question question;
    question.place = Place{file, chunk.line, 0};
    question.id = block.required("id");
    question.text = block.required("question");
    question.key = block.text("key");
    question.after = block.text("after");
    if (block.has("right") == block.has("key"))
        block.fail("a question has either 'right' (of a quiz) or 'key' (of a prediction)");
    if (question.key.empty() && !question.after.empty())
        block.at("after").fail("only a prediction has 'after'");
    if (chunk.info == "choice") {
        question.kind = Question::Kind::Choice;
        read_choice(block, question);
    } else if (chunk.info == "order") {
        question.kind = Question::Kind::Order;
        read_order(block, question);
    } else {
        question.kind = Question::Kind::Number;
        read_number(block, question);
    }
    if (block.error()) return *block.error();
    if (step.questions.size() == kMostQuestions)
        return mistake(question.place,
                       fmt::format("a step has at most {} questions", kMostQuestions));
    step.questions.push_back(std::move(question));
    return Block::Question;
}

// --- hints ---

Result<Block> read_hints(const Chunk& chunk, const std::string& file, Step& step) {
    YamlReader block(chunk.text, file, chunk.line);
    for (YamlReader& item : block.items()) {
        if (!item.is_map({"id", "for", "when", "concept", "where", "almost"})) break;
        Hint hint;
        hint.id = item.required("id");
        hint.check = item.text("for");
        hint.when = item.text("when");
        if (hint.check.empty() && hint.when.empty())
            item.fail(
                fmt::format("hint '{}' says neither 'for' (a check's sentence) nor 'when' (a "
                            "function of lab.lua)",
                            hint.id));
        hint.rungs[0] = item.required("concept");
        hint.rungs[1] = item.required("where");
        hint.rungs[2] = item.required("almost");
        hint.place = item.place();
        const char* const keys[] = {"concept", "where", "almost"};
        for (int rung = 0; rung < Hint::kRungs; ++rung)
            read_mentions({false, {}, hint.rungs[rung], item.at(keys[rung]).place().line}, file, step.advice);
        step.hints.push_back(std::move(hint));
    }
    if (block.error()) return *block.error();
    return Block::Silent;
}

// --- commands ---

// "curl localhost  # status 7" is the command with the status it ends with.
Result<void> take_status(ShownCommand& command) {
    const auto mark = command.line.rfind(kStatusMark);
    if (mark == std::string::npos) return {};
    std::int64_t status = 0;
    if (!parse_integer(trim(command.line.substr(mark + kStatusMark.size())), status) ||
        status < 0 || status > 255)
        return mistake(command.place, "'# status' takes a number from 0 to 255");
    command.status = static_cast<int>(status);
    command.line = std::string(trim(command.line.substr(0, mark)));
    return {};
}

// The host in "host$ command"; empty for another line.
std::string prompted_host(std::string_view text, const Lesson& lesson) {
    const auto end = text.find("$ ");
    const std::string_view name = text.substr(0, end == std::string_view::npos ? 0 : end);
    return lesson.has_host(name) ? std::string(name) : std::string();
}

// "$ command" lines, each with the output below it; "> " goes on with the command. In a lesson with
// a cluster a line says where it is typed: "swarm-larry$ command".
Result<void> read_console(const Chunk& chunk,
                          const std::string& file,
                          const Lesson& lesson,
                          Step& step) {
    int line = chunk.line - 1;
    std::vector<ShownCommand> found;
    for (const std::string& text :
         split(chunk.text.substr(0, chunk.text.empty() ? 0 : chunk.text.size() - 1), '\n')) {
        ++line;
        const std::string host = prompted_host(text, lesson);
        if (text.starts_with("$ ") || !host.empty()) {
            if (host.empty() && !lesson.cluster.empty())
                return mistake(
                    Place{file, line, 0},
                    "this line does not say on which host it is typed",
                    fmt::format("begin it with: {}$", lesson.machines.hosts.front().name));
            const bool here = host.empty() || host == lesson.machines.hosts.front().name;
            found.push_back({text.substr(host.size() + 2),
                             here ? std::string() : host,
                             false,
                             {},
                             0,
                             Place{file, line, 0}});
        } else if (found.empty()) {
            return mistake(Place{file, line, 0},
                           lesson.cluster.empty()
                               ? "a ```console block begins with a line '$ COMMAND'"
                               : "a ```console block begins with a line 'HOST$ COMMAND'");
        } else if (text.starts_with("> ") && !found.back().has_output) {
            found.back().line += "\n" + text.substr(2);
        } else {
            found.back().has_output = true;
            found.back().output.push_back(text);
        }
    }
    for (ShownCommand& command : found) {
        command.has_output = true;  // no line below it means that it writes none
        if (const auto taken = take_status(command); !taken) return taken.error();
        step.commands.push_back(std::move(command));
    }
    return {};
}

// One command a line; what follows "<<'END'" belongs to it.
Result<void> read_sh(const Chunk& chunk,
                     const std::string& file,
                     const Lesson& lesson,
                     Step& step) {
    if (!lesson.cluster.empty())
        return mistake(Place{file, chunk.line - 1, 0},
                       "a ```sh block does not say on which host its lines are typed",
                       "write ```console, and lines like 'HOST$ COMMAND'");
    int line = chunk.line - 1;
    std::string end;
    for (const std::string& text : split(chunk.text, '\n')) {
        ++line;
        if (!end.empty()) {
            step.commands.back().line += "\n" + text;
            if (trim(text) == end) end.clear();
            continue;
        }
        if (trim(text).empty() || trim(text).front() == '#') continue;
        ShownCommand command{std::string(trim(text)), {}, false, {}, 0, Place{file, line, 0}};
        if (const auto taken = take_status(command); !taken) return taken.error();
        end = heredoc_end(command.line);
        step.commands.push_back(std::move(command));
    }
    if (!end.empty())
        return mistake(Place{file, line, 0}, fmt::format("the text up to '{}' has no end", end));
    return {};
}

bool is_command(std::string_view code) {
    const std::vector<std::string> words = split_words(code);
    if (words.size() < 2) return false;
    const std::vector<std::string>& programs = command_names();
    if (!std::binary_search(programs.begin(), programs.end(), words[0])) return false;
    if (code.find("…") != std::string_view::npos || code.find("...") != std::string_view::npos ||
        code.find('<') != std::string_view::npos)
        return false;
    return std::none_of(words.begin(), words.end(), [](const std::string& word) {
        const auto letters =
            std::count_if(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        const bool small =
            std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        return letters >= 2 && !small && word[0] != '-';
    });
}

}  // namespace

const std::vector<std::string>& command_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out = lab::program_names();
        for (const lab::OwnWord& word : lab::own_words())
            out.push_back(split_words(word.usage).front());
        for (const char* builtin : {"cd", "export", "unset", "for", "while", "if"})
            out.emplace_back(builtin);
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }();
    return names;
}

std::string heredoc_end(std::string_view line) {
    const auto mark = line.find("<<");
    if (mark == std::string_view::npos || line.substr(mark).starts_with("<<<")) return {};
    std::string word(trim(line.substr(mark + 2)));
    if (word.starts_with('-')) word.erase(0, 1);
    word = word.substr(0, word.find_first_of(" ;|&>"));
    std::erase_if(word, [](char c) { return c == '\'' || c == '"' || c == '\\'; });
    return word;
}

Result<Block> read_block(const Chunk& chunk,
                         const std::string& file,
                         const Lesson& lesson,
                         Step& step) {
    const Place place{file, chunk.line - 1, 0};
    const std::vector<std::string>& known = block_words();
    if (chunk.info.empty())
        return mistake(place,
                       "this block does not say what it is",
                       "write ```text for plain text, ```sh or ```console for commands");
    if (std::find(known.begin(), known.end(), chunk.info) == known.end()) {
        const std::string near = nearest(chunk.info, known);
        return mistake(place,
                       fmt::format("there is no block '{}'", chunk.info),
                       near.empty() ? "there are: " + join(known, ", ")
                                    : fmt::format("did you mean '{}'?", near));
    }
    if (chunk.info == "choice" || chunk.info == "order" || chunk.info == "number")
        return read_question(chunk, file, step);
    if (chunk.info == "hints") return read_hints(chunk, file, step);
    if (chunk.info == "why") {
        if (split_words(chunk.text).size() != 1)
            return mistake(place,
                           "a ```why block takes one name: a service, a container or a host");
        if (step.kind != StepKind::Explain)
            return mistake(place, "only an Explain step has a ```why block");
        return Block::Why;
    }
    if (chunk.info == "console" || chunk.info == "sh") {
        const auto read = chunk.info == "console" ? read_console(chunk, file, lesson, step)
                                                  : read_sh(chunk, file, lesson, step);
        if (!read) return read.error();
    }
    return Block::Shown;
}

void read_mentions(const Chunk& chunk,
                   const std::string& file,
                   std::vector<ShownCommand>& mentions) {
    // A sentence's code may go on in the next line, but not in the next paragraph.
    const std::string& text = chunk.text;
    for (std::size_t begin = text.find('`'); begin != std::string::npos;) {
        const std::size_t end = text.find('`', begin + 1);
        if (end == std::string::npos) break;
        const std::size_t gap = text.find("\n\n", begin);
        if (gap < end) {
            begin = text.find('`', gap);
            continue;
        }
        std::string code;
        for (const std::string& line : split(text.substr(begin + 1, end - begin - 1), '\n'))
            code += (code.empty() ? "" : " ") + std::string(trim(line));
        const auto above = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
        if (is_command(code))
            mentions.push_back({code, {}, false, {}, 0, Place{file, chunk.line + static_cast<int>(above), 0}});
        begin = text.find('`', end + 1);
    }
}

Result<Script> parse_script(const Lesson& lesson,
                            const std::string& text,
                            const std::string& file) {
    Script script;
    script.file = file;
    int line = 0;
    std::string end;
    const bool wrong = base_name(file).starts_with("wrong-");
    for (const std::string& typed : split(text, '\n')) {
        ++line;
        const Place place{file, line, 0};
        if (!end.empty()) {  // a text given with <<, in which '#' is nothing special
            script.parts.back().lines.push_back(typed);
            script.parts.back().numbers.push_back(line);
            if (trim(typed) == end) end.clear();
        } else if (typed.starts_with("# step:")) {
            const std::string id(trim(typed.substr(7)));
            const Step* step = lesson.step(id);
            if (step == nullptr || step->kind != StepKind::Do)
                return mistake(place, fmt::format("there is no Do step '{}'", id));
            if (!script.parts.empty() &&
                lesson.index_of(id) <= lesson.index_of(script.parts.back().step))
                return mistake(place,
                               fmt::format("step '{}' comes earlier in the lesson", id),
                               "keep the lesson's order, each step once");
            script.parts.push_back({id, {}, place, {}});
        } else if (typed.starts_with("# hint:")) {
            script.hint = std::string(trim(typed.substr(7)));
            if (!wrong) return mistake(place, "a solution raises no hint");
        } else if (!script.parts.empty() && !typed.starts_with("#")) {
            if (!trim(typed).empty()) {
                script.parts.back().lines.push_back(typed);
                script.parts.back().numbers.push_back(line);
            }
            end = heredoc_end(typed);
        } else if (!trim(typed).empty() && !typed.starts_with("#")) {
            return mistake(place, "a line before the first '# step: NAME'");
        }
    }
    if (!end.empty())
        return mistake(Place{file, line, 0}, fmt::format("the text up to '{}' has no end", end));
    if (!wrong) return script;
    const Place whole{file, 1, 0};
    if (script.hint.empty())
        return mistake(
            whole, "a wrong solution names the hint it must raise", "add a line '# hint: NAME'");
    if (script.parts.empty())
        return mistake(whole,
                       "a wrong solution has a line '# step: NAME' for the step it goes wrong at");
    script.at = script.parts.back().step;
    const Step* step = lesson.step(script.at);
    if (std::none_of(step->hints.begin(), step->hints.end(), [&](const Hint& hint) {
            return hint.id == script.hint;
        }))
        return mistake(whole, fmt::format("step '{}' has no hint '{}'", script.at, script.hint));
    return script;
}

}  // namespace podium::lessons
