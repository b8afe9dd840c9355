#pragma once

// Go's text/template as docker's `--format` uses it (Go 1.24, docker CLI 28.2.2): fields,
// variables, pipelines, if, with, range, break, continue, define, block, template, comments, trim
// markers, Go's own functions and docker's (json, split, join, title, lower, upper, pad, truncate).
// Errors are the real sentences, without what a command puts in front ("template parsing error: ").
//
// Not modelled, and refused by name: html, js, urlquery, call, imaginary numbers, methods other
// than those of a list's rows. A parsed template is an immutable value. Length, nesting, steps and
// output are limited, so no template hangs or exhausts the machine.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/programs/format/go_types.hpp"

namespace podium::format {

struct TemplateTree;

/// What a template is applied to.
struct TemplateData {
    const nlohmann::ordered_json* value = nullptr;  ///< Kept by the caller while the template runs.
    std::string_view type = kAny;                   ///< Its Go type (go_types.hpp), a literal.
    /// A missing map key is an error rather than "<no value>".
    bool missing_key_fails = false;
    /// The value holds a table's headers: docker's functions leave their text alone.
    bool headers = false;
};

class GoTemplate {
  public:
    /// `name` shows up in error sentences; docker leaves it empty but for `docker version`.
    static Result<GoTemplate> parse(std::string_view text, std::string_view name = "");

    /// The text it makes, or Go's sentence ("template: :1:2: executing \"\" at <.Foo>: ...").
    [[nodiscard]] Result<std::string> execute(const TemplateData& data) const;
    /// As execute(), but what was written before an error is kept and the error dropped; docker
    /// prints headers like that.
    [[nodiscard]] std::string execute_leniently(const TemplateData& data) const;

  private:
    explicit GoTemplate(std::shared_ptr<const TemplateTree> tree) : tree_(std::move(tree)) {}

    std::shared_ptr<const TemplateTree> tree_;
};

}  // namespace podium::format
