#pragma once

// Words to fields: parameters, command substitutions, arithmetic, tilde, braces (bash), splitting
// on IFS, and paths. A command substitution takes simulated time, so an expansion that meets one
// whose output it does not have yet stops and says so; the interpreter undoes what the expansion
// assigned, runs the commands, and expands again from the start with the output at hand. Nothing of
// an expansion lives between two tries but the list of outputs.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/shell/arithmetic.hpp"
#include "sim/shell/ast.hpp"
#include "sim/shell/pattern.hpp"
#include "sim/shell/state.hpp"
#include "sim/shell/system.hpp"

namespace podium::shell {

inline constexpr std::size_t kMaxExpansionBytes = std::size_t{1}
                                                  << 20;  ///< Of one command's words.
inline constexpr std::size_t kMaxTextBytes = std::size_t{32} << 20;  ///< Of all that is assigned.
inline constexpr std::string_view kTooLong =
    "the expansion is too long (Podium's shell keeps 1 MiB of words and 32 MiB of values)";
inline constexpr std::size_t kMaxExpansionFields = 65'536;
inline constexpr std::string_view kTooManyFields = "the expansion has too many fields";
/// What long texts take, in units of work (sim/base/work.hpp): characters that are looked up or made words of, and steps of matching.
inline constexpr std::size_t kCharactersPerWorkUnit = 16;
inline constexpr std::int64_t kMatchStepsPerWorkUnit = 8;
inline constexpr std::string_view kTooMuchMatching = "the pattern takes too long to match (Podium's shell gives up after 20 million steps)";
inline constexpr int kMaxBraceExpressions = 50;  ///< Of one word.

/// What bash gives up over a word it can't expand (error.c, subst.c: exp_jump_to_top_level). ash always ends its script.
enum class Loss : std::uint8_t {
    Line,   ///< What is left of the input line, of the text that eval, `.` or a trap runs where it is one of theirs.
    Top,    ///< The line that the shell itself has read, or all of `bash -c`: a subscript's arithmetic (top_level_cleanup).
    Shell,  ///< The script.
};

class Expander final : private ArithmeticVariables {
  public:
    /// `outputs` are those of the substitutions that have run, in the order they are met.
    Expander(ShellState& state, System& system, const std::vector<std::string>& outputs)
        : state_(state), system_(system), outputs_(outputs) {}

    // Each returns false when a substitution must run first (wanted()) or on an error (failure()).
    /// The fields of a command's or a for loop's word.
    bool fields(const Word& word, std::vector<std::string>& out);
    /// One text, neither split nor matched with paths: assignments, here-documents, case subjects.
    bool text(const Word& word, std::string& out);
    /// A pattern, with what is quoted escaped.
    bool pattern(const Word& word, std::string& out);
    /// An extended regular expression, in which what is quoted means itself.
    bool regular_expression(const Word& word, std::string& out);
    bool arithmetic(const Word& word, std::int64_t& out);
    /// An expression that is expanded already.
    bool evaluate(const std::string& expression, std::int64_t& out);
    /// The subscript of "name[subscript]" in a word that is expanded already, which bash expands once more.
    bool subscript(std::string_view written, std::int64_t& index);
    /// `-v word`: whether it is a variable, a positional parameter or an element that is set.
    bool is_set(const std::string& word, bool& value);

    /// The commands to run before the next try; null when that was not the cause.
    [[nodiscard]] const List* wanted() const { return wanted_; }

    /// '<' or '>' where they are those of <( ) or >( ), whose output is the name of a file; else 0.
    [[nodiscard]] char wanted_process() const { return wanted_process_; }

    /// The sentence of an error, without the shell's name; empty where bash says nothing.
    [[nodiscard]] const std::string& failure() const { return failure_; }

    /// The status with which `bash -c` ends for it, where it does.
    [[nodiscard]] int failure_status() const { return failure_status_; }

    [[nodiscard]] Loss loss() const { return loss_; }

    /// Assigns as part of this expansion; false when the variable is read-only.
    bool assign(const std::string& name, std::string value);
    /// The same for a command's assignment. `for_good`: it is the last thing of an expansion that is kept, so that
    /// what it changes need not be remembered. `shown` is what `set -x` says of it.
    bool assign(const Assignment& assignment, bool for_good, std::string& shown);
    /// The same for an assignment that stands before a command, which bash runs even when it may not be made: `made` says so.
    bool assign_before(const Assignment& assignment, bool& made, std::string& shown);
    /// The values of `assignment`, an array's. `shown` is what `set -x` says of it in a command that declares it.
    bool array_values(const Assignment& assignment, IndexedArray& out, std::string* shown = nullptr);
    /// Makes the variable that array.
    bool assign_array(const std::string& name, IndexedArray values);

    /// From here on what assignments change is kept apart, for restoring it later; see take_changes().
    void mark_changes();

    /// The values before the assignments made since mark_changes(), oldest first.
    [[nodiscard]] SavedVariables take_changes();
    /// Takes back what this expansion has assigned.
    void rollback();

  private:
    // Characters and where they come from; a mark per character.
    struct Piece {
        std::string text;
        std::string marks;
    };

    static constexpr char kQuoted = 'q';    // neither split nor a pattern
    static constexpr char kLiteral = 'l';   // typed without quotes: may be a pattern
    static constexpr char kExpanded = 'e';  // from an expansion: split, may be a pattern
    static constexpr char kNothing = 'z';   // no character; marks that an empty field was quoted

    enum class Context : std::uint8_t { Fields, Text, Pattern };

    bool word(const Word& word, Context context, bool inner, std::vector<Piece>& out);
    bool part(const WordPart& part, Context context, bool inner, std::vector<Piece>& out);
    bool parameter(const WordPart& part, Context context, std::vector<Piece>& out);
    bool spread(const std::vector<std::string>& values, char every, bool quoted, Context context, std::vector<Piece>& out);
    bool several(const WordPart& part, char every, Context context, std::vector<Piece>& out);
    bool slice(const WordPart& part, std::vector<std::string>& values);
    /// What a subscript comes out as; it is expanded once.
    struct Place {
        std::string text;
        std::int64_t index = 0;
    };

    bool place_of(const Word& subscript, Place& out);
    bool reckon_subscript(const std::string& expression, std::int64_t& out);
    bool element(const WordPart& part, Place& place, std::optional<std::string>& value);
    /// What an index means for an array, as ShellState::index_in has it, the shell's own included.
    [[nodiscard]] std::int64_t index_in(const std::string& name, std::int64_t index) const;
    bool indirect(const WordPart& part, std::optional<std::string>& value);
    [[nodiscard]] std::optional<std::string> element_of(const std::string& name, std::int64_t index) const;
    bool assign_element(const std::string& name, std::int64_t index, std::string value, bool for_good);
    /// An array by its name, be it one that is a plain variable or the shell's own; `out` is nothing when there is none.
    void array_of(const std::string& name, IndexedArray& out) const;
    /// How many values an array has.
    [[nodiscard]] std::size_t size_of(const std::string& name) const;
    static std::string name_of(const WordPart& part, const Place& place);
    /// Keeps a variable for rollback() and take_changes(), once.
    void remember(const std::string& name);
    bool argument(const WordPart& part, Context context, std::vector<Piece>& out);
    bool conditional(const WordPart& part,
                     const Place& place,
                     const std::optional<std::string>& value,
                     Context context,
                     std::vector<Piece>& out,
                     bool& done);
    bool modified(const WordPart& part, const Place& place, std::string& value);
    bool substring(const WordPart& part, const Place& place, std::string& value);
    bool bound(const WordPart& part, const Place& place, const Word& word, std::int64_t& out);
    bool without_end(const WordPart& part, std::string& value);
    bool too_much_matching();
    bool replaced(const WordPart& part, std::string& value);
    bool add(std::vector<Piece>& out, std::string_view text, char mark);
    bool fail(std::string message);
    /// Ends the shell: for what isn't set though it must be, and for the limits of this one.
    bool fail_for_good(std::string message, int status = 1);
    /// Says what bash goes on after, once though the expansion begins again for each substitution. False with -e, of which the
    /// shell ends (error.c, report_error).
    bool say(std::string sentence);
    std::optional<std::string> value_of(const std::string& name);
    std::string home_of(const std::string& user) const;

    bool split(const Piece& piece, std::vector<Piece>& out);
    bool braces(const Piece& piece, int depth_so_far, std::vector<Piece>& out);
    /// Whether it is a sequence; the items of one that is too long, which does not fit, are left out.
    static bool sequence(std::string_view body, std::vector<std::string>& out, bool& fits);
    bool emit(const Piece& piece, std::vector<std::string>& out);
    static std::string plain_text(const Piece& piece);
    static std::string as_pattern(const Piece& piece);
    static std::string as_regular_expression(const Piece& piece);

    std::string get(std::string_view name) override;
    bool set(std::string_view name, std::int64_t value) override;
    std::string get_element(std::string_view name, std::int64_t index) override;
    std::string set_element(std::string_view name, std::int64_t index, std::int64_t value) override;

    ShellState& state_;
    System& system_;
    const std::vector<std::string>& outputs_;
    std::size_t next_output_ = 0;
    std::size_t bytes_ = 0;
    std::size_t field_bytes_ = 0;
    std::int64_t match_work_ = kMaxMatchWork;
    const List* wanted_ = nullptr;
    char wanted_process_ = '\0';
    std::string failure_;
    int failure_status_ = 1;
    Loss loss_ = Loss::Line;
    SavedVariables undo_;
    std::size_t marked_ = 0;                     // of undo_, what is older
    std::set<std::string, std::less<>> remembered_;  // the names in undo_ from there on
};

}  // namespace podium::shell
