#pragma once

// From file names to one canonical model: parse, replace variables, include, extend, merge, check
// the schema, bring to the long form, make paths absolute; in the order compose-go has.

#include <map>
#include <string>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/base/result.hpp"
#include "sim/programs/compose_file/node.hpp"
#include "sim/programs/compose_file/project.hpp"

namespace podium::compose {

/// How many files one project may read, and how deep include and extends may go.
inline constexpr std::size_t kMaximumFiles = 500;
inline constexpr std::size_t kMaximumNesting = 50;

/// What stays the same while one project is read.
struct AssemblyContext {
    const FileReader* files = nullptr;
    std::string working_directory;
    std::string home;
    Dialect dialect = Dialect::V2;
    bool interpolate = true;
    bool raw = false;  ///< Variables stay, and what can't be read of short forms does too.
    std::vector<Warning> warnings;
    std::map<std::string, std::string> names;  ///< Of files, in 1.29's sentences.
    std::vector<std::string> read_files;  ///< Absolute, through include and extends.
    std::size_t file_count = 0;
};

using Variables = std::map<std::string, std::string>;

struct Assembly {
    Node model;   ///< Canonical, defaults filled in, paths absolute.
    Node merged;  ///< As merged from the files, short forms kept.
};

/// Reads the files (absolute paths, or "-") into one model. Relative paths in them are taken from
/// `directory`.
Result<Assembly> assemble(const std::vector<std::string>& paths,
                          const std::string& directory,
                          const Variables& variables,
                          AssemblyContext& context);

/// A path as people know it: relative to the working directory if it is below that.
std::string display_path(const std::string& path, const std::string& working_directory);
/// A file's name in the sentences of the real program: in V1 as it is named or found ("./x.yml",
/// "./../x.yml"), "None" for standard input; absolute for all others and in V2.
std::string sentence_path(const std::string& path, const AssemblyContext& context);
/// The whole file, counted against the limit.
Result<std::string> read_text(const std::string& path, AssemblyContext& context);

}  // namespace podium::compose
