// Any bytes as a lesson.md, and what follows from one that is taken: it is laid out for narrow and
// wide terminals and read through as an author does. Besides, the bytes are a learner's answer and
// an author's solution. Nothing may throw, hang or grow without bound, and what is refused is
// refused in a sentence with its place.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "lessons/blocks.hpp"
#include "lessons/load.hpp"
#include "lessons/markdown.hpp"
#include "lessons/questions.hpp"
#include "lessons/rehearsal.hpp"
#include "sim/base/assert.hpp"
#include "tests/lessons/shelf_of_texts.hpp"

namespace {

using namespace podium;
using namespace podium::lessons;

const std::string kFile = "course/new/lesson.md";
constexpr std::size_t kMostAnswerBytes = 200;
// A line takes at most its indentation more than the text has; columns are filled with blanks.
constexpr std::size_t kMostGrowth = 400;

void lay_out_everywhere(const std::string& text) {
    for (const int width : {20, 40, 100}) {
        for (const bool colour : {false, true}) {
            const std::string out = render_markdown(text, {width, colour});
            PODIUM_ASSERT(out.size() <= 1'000 + text.size() * kMostGrowth,
                          "a text laid out stays in proportion");
        }
    }
}

void answer(const Question& question, const std::string& text) {
    const auto parsed = parse_answer(question, text.substr(0, kMostAnswerBytes));
    if (!parsed) {
        PODIUM_ASSERT(!parsed.error().message.empty(), "an error says what is wrong");
        return;
    }
    PODIUM_ASSERT(is_right(question, *parsed, *parsed), "an answer is right when it is the key");
    PODIUM_ASSERT(!answer_in_words(question, *parsed).empty(), "an answer can be told");
    if (question.key.empty() && question.kind != Question::Kind::Number)
        PODIUM_ASSERT(parse_answer(question, right_answer(question)).ok(),
                      "the right answer can be typed");
}

void read_through(const Lesson& lesson, const std::string& text) {
    std::set<std::string> names;
    for (const Step& step : lesson.steps) {
        PODIUM_ASSERT(names.insert(step.id).second, "each step has a name of its own");
        PODIUM_ASSERT(lesson.step(step.id) == &step, "a step is found by its name");
        for (const Question& question : step.questions)
            answer(question, text);
    }
    PODIUM_ASSERT(!preview(lesson, 80, false).empty(), "a lesson can be read through");
    const auto script = parse_script(lesson, text, "course/new/wrong-fuzz.sh");
    if (!script) PODIUM_ASSERT(!script.error().message.empty(), "an error says what is wrong");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    ShelfOfTexts shelf = shelf_with_template();
    shelf.files[kFile] = text;
    auto lesson = load_lesson(shelf, "course/new");
    if (!lesson && lesson.error().place.file.ends_with(".sh")) {
        // The template's scripts name steps and hints that this lesson doesn't have.
        std::erase_if(shelf.files, [](const auto& file) { return file.first.ends_with(".sh"); });
        shelf.files["course/new/solution.sh"] = "# nothing\n";
        lesson = load_lesson(shelf, "course/new");
    }
    if (lesson) {
        read_through(*lesson, text);
    } else {
        PODIUM_ASSERT(!lesson.error().message.empty(), "an error says what is wrong");
        PODIUM_ASSERT(!lesson.error().place.file.empty(), "and where");
    }
    lay_out_everywhere(text);
    return 0;
}
