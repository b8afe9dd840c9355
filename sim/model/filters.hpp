#pragma once

// The filters of the engine's lists and of its event stream: the JSON that the API takes in
// `filters`, and how moby's filters.Args compares. A regular expression that is none matches
// nothing, as there.

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sim/base/time.hpp"

namespace podium::model {

class Filters {
  public:
    /// Reads {"label":["a","b"]} or the older {"label":{"a":true}}; an empty text is no filter.
    /// `error` is the engine's sentence (status 400) for what it does not take, else left empty;
    /// `accepted` are the names this list knows.
    static Filters parse(const std::string& json,
                         const std::set<std::string>& accepted,
                         std::string& error);

    [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }

    [[nodiscard]] const std::set<std::string>& values(const std::string& name) const;
    /// No filter of this name, or one of its values is `source`.
    [[nodiscard]] bool exact(const std::string& name, const std::string& source) const;
    /// Besides, a value may be the beginning of `source`.
    [[nodiscard]] bool prefix(const std::string& name, const std::string& source) const;
    /// Besides, a value may be a regular expression found in `source`.
    [[nodiscard]] bool matches(const std::string& name, const std::string& source) const;
    /// Every value is a label that is there ("key") and has that value ("key=value").
    [[nodiscard]] bool labels(const std::string& name,
                              const std::map<std::string, std::string>& labels) const;
    /// A filter that is true or false: 1, 0 or -1 when it is not there. Sets `error` for other
    /// values.
    [[nodiscard]] int boolean(const std::string& name, std::string& error) const;

  private:
    std::map<std::string, std::set<std::string>> values_;
};

/// The filters of the prune operations (moby 20.10, daemon/prune.go): label, label! and, but for volumes, until.
class PruneFilters {
  public:
    /// `until_ns` is the moment of the filter until, in nanoseconds of simulated time, as its client read it;
    /// empty where it is not given. `error` as of Filters::parse.
    static PruneFilters parse(const std::string& json,
                              const std::string& until_ns,
                              const std::set<std::string>& accepted,
                              std::string& error);

    /// Whether what has these labels and was made then may go.
    [[nodiscard]] bool passes(const std::map<std::string, std::string>& labels, Time created) const;

  private:
    Filters filters_;
    Time until_ = kNever;
};

}  // namespace podium::model
