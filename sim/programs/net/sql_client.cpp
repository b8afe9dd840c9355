// psql and mysql, for what a to-do application keeps: Podium models no SQL but a few statements
// about the table todo(id, item), which is where the application's items are in a PostgreSQL or
// MySQL, in the database that one has logged in to (database_login.hpp). A SELECT of nothing but
// constants (SELECT 1, which health checks ask) works as well, and \q, with which scripts wait for
// a server. Any other statement is refused in one sentence. Forms of output after psql 17
// (print.c) and mysql 8 (client/mysql.cc).

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/base/text.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/net/database_login.hpp"
#include "sim/programs/net/mysql_errors.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using Json = nlohmann::ordered_json;
using model::ProcessContext;
using shell::Step;

enum class Kind : std::uint8_t { Select, Count, Insert, Delete, Constants, Quit };

/// A statement about the to-do application's table.
struct Statement {
    Kind kind = Kind::Select;
    std::vector<std::string> columns;  ///< Select: "id", "item".
    std::string item;                  ///< Insert.
    std::int64_t number = 0;           ///< Delete and Select: the id; 0 is all of them.
    std::vector<std::string> constants;  ///< As written; a text with its first quote.
};

/// How rows are printed.
struct Form {
    bool postgres = true;
    bool aligned = true;   ///< psql -A: off.
    bool heads = true;     ///< psql -t, mysql -N: off, with the number of rows.
};

constexpr std::size_t kMostInput = 1U << 16;

// What mysql says of a statement that its server refused.
std::string mysql_sentence(int code, std::string_view text) {
    return fmt::format("ERROR {} ({}) at line 1: {}\n", code, mysql_state(code), text);
}

// Words of a statement: names in small letters, signs alone, text in quotes with its first quote.
std::vector<std::string> tokens(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++i;
        } else if (c == '\'') {
            std::string word = "'";
            for (++i; i < text.size(); ++i) {
                if (text[i] != '\'')
                    word += text[i];
                else if (i + 1 < text.size() && text[i + 1] == '\'')
                    word += text[i++];
                else
                    break;
            }
            ++i;
            out.push_back(std::move(word));
        } else if (std::string_view("(),;=*").find(c) != std::string_view::npos) {
            out.emplace_back(1, c);
            ++i;
        } else {
            const auto end = std::min(text.find_first_of(" \t\r\n(),;=*'", i), text.size());
            out.push_back(lower(text.substr(i, end - i)));
            i = end;
        }
    }
    while (!out.empty() && out.back() == ";")
        out.pop_back();
    return out;
}

bool is_table(const std::string& name) {
    return name == "todo" || name == "public.todo";
}

// "where id = 3" from `at` on, or nothing there.
bool read_where(const std::vector<std::string>& words, std::size_t at, std::int64_t& number) {
    if (at < words.size() && words[at] == "order" && words.size() == at + 3 &&
        words[at + 1] == "by" && words[at + 2] == "id")
        return true;
    if (at == words.size()) return true;
    return words.size() == at + 4 && words[at] == "where" && words[at + 1] == "id" &&
           words[at + 2] == "=" && parse_integer(words[at + 3], number) && number > 0;
}

// "select 1, 'x'": numbers and texts, no names.
bool read_constants(const std::vector<std::string>& words, Statement& out) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        std::int64_t number = 0;
        const bool constant = word.front() == '\'' || parse_integer(word, number);
        if (i % 2 == 1 ? !constant : word != ",") return false;
        if (i % 2 == 1) out.constants.push_back(word);
    }
    out.kind = Kind::Constants;
    return words.size() % 2 == 0;
}

std::optional<Statement> read_select(const std::vector<std::string>& words) {
    Statement out;
    if (read_constants(words, out)) return out;
    out = {};
    const auto from = std::find(words.begin(), words.end(), "from");
    if (words.end() - from < 2 || !is_table(from[1])) return std::nullopt;
    const std::vector<std::string> what(words.begin() + 1, from);
    if (!read_where(words, static_cast<std::size_t>(from - words.begin()) + 2, out.number))
        return std::nullopt;
    if (what == std::vector<std::string>{"count", "(", "*", ")"}) {
        out.kind = Kind::Count;
        return out;
    }
    if (what == std::vector<std::string>{"*"}) {
        out.columns = {"id", "item"};
        return out;
    }
    for (std::size_t i = 0; i < what.size(); ++i) {
        if (i % 2 == 1 ? what[i] != "," : what[i] != "id" && what[i] != "item") return std::nullopt;
        if (i % 2 == 0) out.columns.push_back(what[i]);
    }
    if (what.size() % 2 == 0) return std::nullopt;
    return out;
}

std::optional<Statement> read_statement(const std::string& text) {
    const std::vector<std::string> words = tokens(text);
    if (words.empty()) return std::nullopt;
    if (words[0] == "select") return read_select(words);
    Statement out;
    if (words[0] == "\\q") {
        out.kind = Kind::Quit;
        return out;
    }
    if (words[0] == "insert" && words.size() == 10 && words[1] == "into" && is_table(words[2]) &&
        words[3] == "(" && words[4] == "item" && words[5] == ")" && words[6] == "values" &&
        words[7] == "(" && words[8].starts_with('\'') && words[9] == ")") {
        out.kind = Kind::Insert;
        out.item = words[8].substr(1);
        return out;
    }
    // Of all rows at once only a loop could delete: an id has to be said.
    if (words[0] == "delete" && words.size() == 7 && words[1] == "from" && is_table(words[2]) &&
        read_where(words, 3, out.number)) {
        out.kind = Kind::Delete;
        return out;
    }
    return std::nullopt;
}

using Cells = std::vector<std::vector<std::string>>;

bool is_number_column(const std::string& name) {
    return name == "id" || name == "count" || name == "count(*)";
}

// What psql -A prints.
std::string unaligned(const std::vector<std::string>& heads, const Cells& rows, bool with_heads) {
    std::string out;
    if (with_heads) out += join(heads, "|") + "\n";
    for (const auto& row : rows)
        out += join(row, "|") + "\n";
    if (with_heads) out += fmt::format("({} row{})\n", rows.size(), rows.size() == 1 ? "" : "s");
    return out;
}

// A table as psql draws it; `numbers`: the columns that are set to the right.
std::string aligned(const std::vector<std::string>& heads,
                    const Cells& rows,
                    const std::vector<bool>& numbers,
                    bool with_heads) {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < heads.size(); ++c) {
        std::size_t width = display_width(heads[c]);
        for (const auto& row : rows)
            width = std::max(width, display_width(row[c]));
        widths.push_back(width);
    }
    const auto pad = [](std::size_t count) { return std::string(count, ' '); };
    std::string out;
    for (std::size_t c = 0; with_heads && c < heads.size(); ++c) {
        const std::size_t room = widths[c] - display_width(heads[c]);
        out += (c == 0 ? " " : "| ") + pad(room / 2) + heads[c] + pad(room - room / 2) +
               (c + 1 == heads.size() ? "" : " ");
    }
    // psql leaves no blanks after the last head but one for its own margin.
    if (with_heads) out += " \n";
    for (std::size_t c = 0; with_heads && c < heads.size(); ++c)
        out += (c == 0 ? "-" : "+-") + std::string(widths[c] + 1, '-');
    if (with_heads) out += "\n";
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string room = pad(widths[c] - display_width(row[c]));
            out += c == 0 ? " " : "| ";
            if (numbers[c])
                out += room + row[c];
            else
                out += row[c] + (c + 1 == row.size() ? "" : room);
            if (c + 1 < row.size()) out += " ";
        }
        out += "\n";
    }
    if (!with_heads) return out + "\n";
    return out + fmt::format("({} row{})\n\n", rows.size(), rows.size() == 1 ? "" : "s");
}

// As mysql prints where it has no terminal.
std::string tabbed(const std::vector<std::string>& heads, const Cells& rows, bool with_heads) {
    if (rows.empty()) return {};
    std::string out = with_heads ? join(heads, "\t") + "\n" : std::string();
    for (const auto& row : rows)
        out += join(row, "\t") + "\n";
    return out;
}

class SqlClient final : public ClonedProgram<SqlClient> {
  public:
    SqlClient(Arguments argv, bool postgres) : argv_(std::move(argv)), postgres_(postgres) {}

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (stage_ == Stage::Begin) {
            if (!read_options(context)) return Step::exit(1);
            stage_ = connection_.password_first ? Stage::Password : Stage::Login;
        }
        while (stage_ != Stage::Statements) {
            if (stage_ == Stage::Password && !read_password(context)) return Step::block();
            if (!conversation_.started()) conversation_.start(context, login_spec(connection_));
            const Talk talk = conversation_.look(context);
            if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
            if (!logged_in(context, talk)) return Step::exit(postgres_ ? 2 : 1);
            conversation_ = {};
        }
        if (!reads_input_ && statements_.empty()) return Step::exit(cant_talk(context));
        while (reads_input_) {
            const shell::ReadResult part = context.read(0, kMostInput);
            if (part.kind == shell::ReadResult::Kind::WouldBlock) return Step::block();
            if (part.kind == shell::ReadResult::Kind::Data) {
                input_ += part.data;
                if (input_.size() > kMostInput) return Step::exit(too_long(context));
                continue;
            }
            reads_input_ = false;
            add_statements(input_);
            if (statements_.empty()) return Step::exit(0);
        }
        while (at_ < statements_.size()) {
            if (!conversation_.started() && !ask(context)) return Step::exit(1);
            if (statement_.kind == Kind::Quit) break;
            const Talk talk = conversation_.look(context);
            if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
            if (!show(context, talk)) return Step::exit(postgres_ ? 2 : 1);
            const bool to_delete = statement_.kind == Kind::Delete && !counted_;
            counted_ = to_delete;
            conversation_ = {};
            if (!to_delete) ++at_;
        }
        return Step::exit(0);
    }

  private:
    enum class Stage : std::uint8_t { Begin, Password, Login, Statements };

    [[nodiscard]] std::string_view name() const { return postgres_ ? "psql" : "mysql"; }

    // Goes on to the login; false while the password is not typed.
    bool read_password(ProcessContext& context) {
        const auto typed =
            prompt_.read(context,
                         postgres_ ? fmt::format("Password for user {}: ", connection_.user)
                                   : "Enter password: ");
        if (!typed) return false;
        // A terminal's line has ended in the terminal; psql ends it elsewhere, too (sprompt.c).
        if (postgres_ && !context.is_terminal(0)) print_error(context, "\n");
        connection_.password = *typed;
        asked_ = true;
        stage_ = Stage::Login;
        return true;
    }

    // What came of a login: goes on to the statements, or to asking for a password. False: it was
    // told why not.
    bool logged_in(ProcessContext& context, Talk talk) {
        if (talk == Talk::Answered && let_in(conversation_.code)) {
            asked_ = true;  // no more, then
            stage_ = Stage::Statements;
            return true;
        }
        const bool wants =
            postgres_ && talk == Talk::Answered && conversation_.code == kPasswordWanted;
        if (wants && !asked_ && !connection_.never_asks) {
            stage_ = Stage::Password;
            return true;
        }
        print_error(
            context,
            (postgres_ ? "psql: error: " + postgres_failure(connection_, talk, conversation_)
                       : mysql_failure(connection_, talk, conversation_)) +
                "\n");
        return false;
    }

    int cant_talk(ProcessContext& context) {
        fail(context,
             fmt::format("Podium models statements on the command line or standard input only: {} "
                         "\"select * from todo\"",
                         postgres_ ? "psql -c" : "mysql -e"));
        return 1;
    }

    bool fail(ProcessContext& context, const std::string& sentence) {
        print_error(context, fmt::format("{}: {}\n", name(), sentence));
        return false;
    }

    int too_long(ProcessContext& context) {
        fail(context, "Podium reads at most 64 KiB of statements");
        return 1;
    }

    void add_statements(const std::string& text) {
        for (const std::string& part : split(text, ';')) {
            if (!trim(part).empty()) statements_.push_back(part);
        }
    }

    bool read_options(ProcessContext& context) {
        // Of those without effect here, -q leaves out notices, -X the start-up file, and -B is for
        // a terminal.
        static constexpr OptionRule kPostgres[] = {{'c', "command", true},
                                                   {'U', "username", true},
                                                   {'d', "dbname", true},
                                                   {'h', "host", true},
                                                   {'p', "port", true},
                                                   {'w', "no-password"},
                                                   {'W', "password"},
                                                   {'q', "quiet"},
                                                   {'X', "no-psqlrc"},
                                                   {'A', "no-align"},
                                                   {'t', "tuples-only"}};
        static constexpr OptionRule kMysql[] = {{'e', "execute", true},
                                                {'u', "user", true},
                                                {'D', "database", true},
                                                {'h', "host", true},
                                                {'P', "port", true},
                                                {'S', "socket", true},
                                                {'s', "silent"},
                                                {'N', "skip-column-names"},
                                                {'B', "batch"},
                                                {0, "protocol", true}};
        const Options options = postgres_ ? parse_options(argv_, kPostgres)
                                          : parse_options(without_password(argv_), kMysql);
        if (options.mistake)
            return fail(
                context,
                fmt::format(
                    "Podium does not model the option {} of {}", options.mistake->given, name()));
        connection_ = postgres_ ? postgres_connection(context, options, options.arguments)
                                : mysql_connection(context, options, options.arguments, argv_);
        if (!connection_.mistake.empty()) {
            print_error(context, (postgres_ ? "psql: error: " : "") + connection_.mistake + "\n");
            return false;
        }
        if (connection_.warns)
            print_error(context,
                        "mysql: [Warning] Using a password on the command line interface can be "
                        "insecure.\n");
        form_.postgres = postgres_;
        form_.aligned = !options.has('A');
        // Without a terminal mysql is silent already, so that -s is the second time.
        form_.heads = postgres_ ? !options.has('t') : !options.has('N') && !options.has('s');
        const bool given = options.has(postgres_ ? 'c' : 'e');
        for (const Option& option : options.options) {
            if (option.is(postgres_ ? 'c' : 'e')) add_statements(option.value);
        }
        // A conversation at a terminal is refused after the login, which may fail by itself.
        reads_input_ = !given && !context.is_terminal(0);
        return true;
    }

    bool ask(ProcessContext& context) {
        const auto read = read_statement(statements_[at_]);
        if (!read) {
            return fail(context,
                        "Podium simulates no SQL but SELECT, INSERT INTO todo (item) VALUES "
                        "('...') and DELETE FROM todo "
                        "WHERE id = N, about the to-do application's table todo(id, item)");
        }
        statement_ = *read;
        if (statement_.kind == Kind::Quit) return true;
        model::ExchangeSpec spec = login_spec(connection_);
        // A DELETE counts the rows first, to say how many it took away.
        const bool deletes = statement_.kind == Kind::Delete && counted_;
        // Constants need the login alone, and no database.
        if (statement_.kind != Kind::Constants)
            spec.method = statement_.kind == Kind::Insert ? "POST" : deletes ? "DELETE" : "GET";
        spec.path = deletes ? fmt::format("/rows/{}", statement_.number) : "/rows";
        spec.body = statement_.item;
        conversation_.start(context, std::move(spec));
        return true;
    }

    bool show(ProcessContext& context, Talk talk) {
        if (talk != Talk::Answered || !let_in(conversation_.code)) {
            const bool unmade =
                !postgres_ && talk == Talk::Answered && conversation_.code == kNoDatabaseSelected;
            if (unmade)
                print_error(context, mysql_sentence(kNoDatabaseSelected, conversation_.body));
            else
                logged_in(context, talk);
            return false;
        }
        if (conversation_.code >= 400) {
            print_error(context,
                        postgres_ ? "ERROR:  could not extend file: No space left on device\n"
                                  : mysql_sentence(kTableFull, "The table 'todo' is full"));
            return false;
        }
        if (statement_.kind == Kind::Delete && !counted_) {
            const Json items = Json::parse(conversation_.body, nullptr, false);
            rows_before_ = items.is_array() ? items.size() : 0;
            return true;
        }
        print(context, answer());
        return true;
    }

    [[nodiscard]] std::string table(const std::vector<std::string>& heads, const Cells& rows, const std::vector<bool>& numbers) const {
        if (!form_.postgres) return tabbed(heads, rows, form_.heads);
        return form_.aligned ? aligned(heads, rows, numbers, form_.heads) : unaligned(heads, rows, form_.heads);
    }

    [[nodiscard]] std::string constants() const {
        std::vector<std::string> heads;
        std::vector<bool> numbers;
        Cells rows(1);
        for (const std::string& constant : statement_.constants) {
            const bool text = constant.front() == '\'';
            rows.front().push_back(text ? constant.substr(1) : constant);
            heads.push_back(postgres_ ? "?column?" : rows.front().back());
            numbers.push_back(!text);
        }
        return table(heads, rows, numbers);
    }

    [[nodiscard]] std::string answer() const {
        if (statement_.kind == Kind::Constants) return constants();
        if (statement_.kind == Kind::Quit) return {};
        if (statement_.kind == Kind::Insert) return postgres_ ? "INSERT 0 1\n" : "";
        const Json items = Json::parse(conversation_.body, nullptr, false);
        if (statement_.kind == Kind::Delete) {
            return postgres_ ? fmt::format("DELETE {}\n",
                                           items.is_array() && items.size() < rows_before_ ? 1 : 0)
                             : "";
        }
        Cells rows;
        for (const Json& item : items) {
            if (!item.is_object() ||
                (statement_.number != 0 && item.value("id", std::int64_t{0}) != statement_.number))
                continue;
            std::vector<std::string> cells;
            for (const std::string& column : statement_.columns)
                cells.push_back(column == "id"
                                    ? fmt::format("{}", item.value("id", std::int64_t{0}))
                                    : item.value("item", std::string()));
            rows.push_back(std::move(cells));
        }
        std::vector<std::string> heads = statement_.columns;
        if (statement_.kind == Kind::Count) {
            const std::string count = fmt::format("{}", rows.size());
            heads = {postgres_ ? "count" : "count(*)"};
            rows = {{count}};
        }
        std::vector<bool> numbers;
        for (const std::string& head : heads)
            numbers.push_back(is_number_column(head));
        return table(heads, rows, numbers);
    }

    Arguments argv_;
    bool postgres_;
    Stage stage_ = Stage::Begin;
    Connection connection_;
    PasswordPrompt prompt_;
    bool asked_ = false;  ///< For a password.
    Form form_;
    bool reads_input_ = false;
    std::string input_;
    std::vector<std::string> statements_;
    std::size_t at_ = 0;
    Statement statement_;
    std::size_t rows_before_ = 0;  ///< How many there were before a DELETE.
    bool counted_ = false;
    Conversation conversation_;
};

}  // namespace

ProgramPointer make_sql_client(const Arguments& argv) {
    const std::string name = argv.front().substr(argv.front().rfind('/') + 1);
    return std::make_unique<SqlClient>(argv, name == "psql");
}

}  // namespace podium::programs::net
