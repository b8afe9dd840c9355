// envsubst of GNU gettext (gettext-runtime/src/envsubst.c): puts the environment's values where a
// text names variables, as $NAME or ${NAME} and nothing else. With SHELL-FORMAT only the variables
// that it names.

#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/small/input.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

/// What one line may become; values are repeated as often as they are named.
constexpr std::size_t kMostSubstitutedBytes = Input::kMostLineBytes;

/// Where a text names a variable.
struct Named {
    std::size_t begin = std::string_view::npos;  ///< Of the '$'; none: npos.
    std::size_t end = 0;
    std::string_view name;
};

bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool goes_on_name(char c) {
    return begins_name(c) || (c >= '0' && c <= '9');
}

Named next_named(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find('$', from); at != std::string_view::npos;
         at = text.find('$', at + 1)) {
        std::size_t begin = at + 1;
        const bool braced = begin < text.size() && text[begin] == '{';
        if (braced) ++begin;
        if (begin >= text.size() || !begins_name(text[begin])) continue;
        std::size_t end = begin + 1;
        while (end < text.size() && goes_on_name(text[end]))
            ++end;
        if (braced && (end >= text.size() || text[end] != '}')) continue;
        return {at, end + (braced ? 1 : 0), text.substr(begin, end - begin)};
    }
    return {};
}

class Envsubst final : public Cloned<Envsubst, LineFilter> {
  public:
    using Cloned::Cloned;

  protected:
    std::optional<int> begin(System& system) override {
        const Options options =
            read_options(argv(), {"v", {{"variables", 'v'}}, "hV"}, is_gnu(system));
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        const bool lists = options.has('v');
        if (options.operands.size() > 1 || (lists && options.operands.empty())) {
            complain(system, options.operands.empty() ? "missing arguments" : "too many arguments");
            return 1;
        }
        all_ = options.operands.empty();
        if (!all_) {
            const std::string& format = options.operands.front();
            for (Named named = next_named(format, 0); named.begin != std::string_view::npos;
                 named = next_named(format, named.end))
                wanted_.emplace_back(named.name);
        }
        if (lists) {
            for (const std::string& variable : wanted_)
                out().add(variable + "\n");
            return 0;
        }
        input().set_files({});
        return std::nullopt;
    }

    bool line(System& system, const std::string& text) override {
        std::string made;
        std::size_t copied = 0;
        for (Named named = next_named(text, 0); named.begin != std::string_view::npos;
             named = next_named(text, named.end)) {
            if (!is_wanted(named.name)) continue;
            made.append(text, copied, named.begin - copied);
            made += value_of(named.name);
            copied = named.end;
            if (made.size() <= kMostSubstitutedBytes) continue;
            complain(
                system,
                fmt::format("Podium makes lines of {} MiB at most", kMostSubstitutedBytes >> 20));
            status_ = 1;
            return false;
        }
        made.append(text, copied);
        worked_ += made.size();
        if (input().had_newline()) made += '\n';
        out().add(made);
        return true;
    }

    int end(System& /*system*/) override { return status_; }

  private:
    [[nodiscard]] bool is_wanted(std::string_view variable) const {
        return all_ || std::find(wanted_.begin(), wanted_.end(), variable) != wanted_.end();
    }

    [[nodiscard]] std::string_view value_of(std::string_view variable) const {
        for (const std::string& entry : start().environment) {
            if (entry.size() > variable.size() && entry[variable.size()] == '=' &&
                entry.starts_with(variable))
                return std::string_view(entry).substr(variable.size() + 1);
        }
        return {};
    }

    bool all_ = true;
    std::vector<std::string> wanted_;
};

}  // namespace

std::unique_ptr<shell::Program> make_envsubst(Start start) {
    return std::make_unique<Envsubst>(std::move(start));
}

}  // namespace podium::programs::small
