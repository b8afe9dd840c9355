#pragma once

// The syntax tree of a shell script. A Script is parsed once, then shared and never changed, so any
// number of shells, and their copies, may point into it; whoever holds a pointer to a node also
// holds (or runs below a frame that holds) the shared_ptr of its Script.

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace podium::shell {

struct List;
struct Word;

/// What stands after the name in "${name...}".
enum class ParameterOperator : std::uint8_t {
    None,
    Length,                ///< ${#name}
    Default,               ///< ${name-word}
    Assign,                ///< ${name=word}
    Error,                 ///< ${name?word}
    Alternative,           ///< ${name+word}
    RemoveSmallestSuffix,  ///< ${name%pattern}
    RemoveLargestSuffix,   ///< ${name%%pattern}
    RemoveSmallestPrefix,  ///< ${name#pattern}
    RemoveLargestPrefix,   ///< ${name##pattern}
    Substring,             ///< ${name:offset:length}
    ReplaceFirst,          ///< ${name/pattern/text}
    ReplaceAll,            ///< ${name//pattern/text}
    UpperAll,              ///< ${name^^}
    LowerAll,              ///< ${name,,}
    Quote,                 ///< ${name@Q}
};

struct WordPart {
    enum class Kind : std::uint8_t { Text, Parameter, Substitution, Arithmetic, Tilde };
    Kind kind = Kind::Text;
    bool quoted = false;  ///< Its characters are neither split nor patterns.
    ParameterOperator operation = ParameterOperator::None;
    bool first_only = false;  ///< UpperAll, LowerAll: of the first character alone (${name^}).
    bool with_colon = false;  ///< ":-" and the like: an empty value counts as unset.
    std::string text;         ///< Text: the characters; Parameter: the name; Tilde: the user.
    std::unique_ptr<Word> subscript;  ///< Parameter: of ${name[subscript]}, an arithmetic expression.
    char every = '\0';                 ///< Parameter: '@' or '*' of ${name[@]} and ${name[*]}.
    bool indices = false;             ///< ${!name[@]}
    bool indirect = false;            ///< ${!name}
    std::unique_ptr<Word> argument;  ///< The operator's word, or the arithmetic expression.
    std::unique_ptr<Word> second;    ///< A substring's length, a replacement's text.
    std::string written;             ///< Of a substring's length: as it was written.
    std::unique_ptr<List> list;      ///< The commands of a substitution.
    char process = '\0';              ///< Substitution: '<' or '>' of <( ) and >( ), which give a file's name.
};

struct Word {
    std::vector<WordPart> parts;
};

struct Redirection {
    enum class Kind : std::uint8_t {
        Input,           ///< n<word
        Output,          ///< n>word, n>|word
        Append,          ///< n>>word
        Duplicate,       ///< n>&word, n<&word; "-" closes
        OutputAndError,  ///< &>word
        AppendAndError,  ///< &>>word
        HereDocument,    ///< n<<word, n<<-word
        HereString,      ///< n<<<word
        ReadWrite,       ///< n<>word
    };
    Kind kind = Kind::Input;
    int descriptor = 0;
    std::shared_ptr<Word> target;  ///< The file, the descriptor, or the document's text.
};

/// Of `name=(word [subscript]=word)`.
struct ArrayElement {
    std::unique_ptr<Word> subscript;  ///< Null for the index after the last.
    bool append = false;              ///< [subscript]+=word
    Word value;
};

struct Assignment {
    std::string name;
    bool append = false;  ///< name+=word
    Word value;
    std::unique_ptr<Word> subscript;  ///< name[subscript]=word
    bool is_array = false;            ///< name=(elements)
    std::vector<ArrayElement> elements;
    std::string text;  ///< As it was written: all of an array's, of an element's what stands before the sign.
};

struct Command;

struct Pipeline {
    bool negated = false;
    bool timed = false;        ///< After the word `time`.
    bool timed_posix = false;  ///< After `time -p`.
    std::vector<std::unique_ptr<Command>> commands;
};

struct AndOrPart {
    enum class Join : std::uint8_t { First, And, Or };
    Join join = Join::First;
    Pipeline pipeline;
};

struct ListItem {
    std::vector<AndOrPart> parts;
    bool background = false;
    bool begins_line = false;  ///< A newline stands before it, or nothing.
    std::string text;  ///< As it was written; kept for background items only (`jobs` shows it).
};

struct List {
    std::vector<ListItem> items;
};

struct SimpleCommand {
    std::vector<Assignment> assignments;
    std::vector<Word> words;
    std::vector<Assignment> declared;  ///< The arrays among the arguments of `local a=(x)` and the like; `words` has their names.
};

struct GroupCommand {
    List body;
};

struct SubshellCommand {
    List body;
};

struct IfBranch {
    List condition;
    List body;
};

struct IfCommand {
    std::vector<IfBranch> branches;
    List otherwise;
};

/// while, until, and bash's `for ((first; condition; step))`.
struct LoopCommand {
    bool until = false;
    bool reckoned = false;  ///< A `for (( ))`.
    List condition;
    List body;
    List first;  ///< Of a `for (( ))`: before the first round,
    List step;   ///< and after each, also one that `continue` has ended.
};

struct ForCommand {
    std::string variable;
    bool over_parameters = false;  ///< `for x do`: the positional parameters.
    std::vector<Word> words;
    List body;
};

struct CaseBranch {
    /// What comes after its commands: nothing (;;), those of the next branch (;&), or the search for one that fits (;;&).
    enum class Then : std::uint8_t { End, Next, Search };
    std::vector<Word> patterns;
    List body;
    Then then = Then::End;
};

struct CaseCommand {
    Word subject;
    std::vector<CaseBranch> branches;
};

struct ArithmeticCommand {
    int line = 0;
    bool of_loop = false;  ///< A part of a `for (( ))`.
    Word expression;
};

/// What stands between `[[` and `]]`.
struct Condition {
    enum class Kind : std::uint8_t {
        Word,    ///< A text that is not empty.
        Unary,   ///< -f file and the like
        Binary,  ///< a == b, a =~ b, a -lt b and the like
        Not,
        And,
        Or,
    };
    Kind kind = Kind::Word;
    std::string operation;  ///< Unary, Binary: as it is written.
    Word left;
    Word right;
    std::vector<Condition> parts;  ///< Not: one; And, Or: two and more.
};

struct ConditionCommand {
    int line = 0;
    Condition condition;
};

struct FunctionCommand {
    std::string name;
    std::unique_ptr<Command> body;
};

struct Command {
    int line = 0;
    std::vector<Redirection> redirections;
    std::variant<SimpleCommand,
                 GroupCommand,
                 SubshellCommand,
                 IfCommand,
                 LoopCommand,
                 ForCommand,
                 CaseCommand,
                 ArithmeticCommand,
                 ConditionCommand,
                 FunctionCommand>
        body;
};

struct Script {
    std::string name;
    List body;
};

}  // namespace podium::shell
