// podium export: a saved run, or the last one, as a page, a trace or tables. What is to be written where is looked at before
// anything is run; each kind of output is a row of export_files_of() and a branch of write_outputs().

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/lab/export_csv.hpp"
#include "sim/lab/export_html.hpp"
#include "sim/lab/export_trace.hpp"
#include "ui/cli/app.hpp"
#include "ui/cli/lab_program.hpp"
#include "ui/cli/output.hpp"
#include "ui/cli/prepare.hpp"
#include "ui/cli/real_files.hpp"

namespace podium::cli {
namespace {

// A file that is to be written, and the option that says so.
struct OutputFile {
    std::string option;
    std::string path;
};

std::string table_path(const std::string& folder, const std::string& name) {
    return folder + (folder.ends_with('/') ? "" : "/") + name;
}

std::vector<OutputFile> export_files_of(const ExportOptions& options) {
    std::vector<OutputFile> out;
    if (!options.html.empty()) out.push_back({"--html", options.html});
    if (!options.trace.empty()) out.push_back({"--trace", options.trace});
    if (!options.png.empty()) out.push_back({"--png", options.png});
    if (options.csv.empty()) return out;
    for (const std::string& name : lab::csv_table_names())
        out.push_back({"--csv", table_path(options.csv, name)});
    return out;
}

Result<void> check_paths(const std::vector<OutputFile>& outputs, const std::string& run) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const OutputFile& file = outputs[i];
        for (std::size_t k = 0; k < i; ++k) {
            const bool out_twice = file.path == "-" && outputs[k].path == "-";
            if (out_twice)
                return Error{"standard output can have the page or the trace, not both",
                             {},
                             fmt::format("give {} the name of a file", file.option)};
            if (file.path == "-" || outputs[k].path == "-") continue;
            if (would_be_same_file(file.path, outputs[k].path))
                return Error{fmt::format("{} and {} would write the same file", outputs[k].option, file.option),
                             Place{file.path, 0, 0},
                             "give each a name of its own"};
        }
        if (file.path != "-" && same_file(file.path, run))
            return Error{"this file is the run itself, and would be overwritten",
                         Place{file.path, 0, 0},
                         fmt::format("give {} another name", file.option)};
    }
    return {};
}

Result<void> check_writable(const ExportOptions& options, const std::vector<OutputFile>& outputs) {
    const RealFiles files;
    if (options.csv == "-")
        return Error{"--csv takes the name of a folder, for it writes several tables",
                     {},
                     "write it like --csv tables"};
    if (!options.csv.empty() && files.exists(options.csv) && !files.is_directory(options.csv))
        return Error{"this is a file, and --csv takes a folder",
                     Place{options.csv, 0, 0},
                     "name a folder; it is made if need be"};
    if (!options.csv.empty()) {
        if (Result<void> made = make_directories(options.csv); !made) return made;
    }
    for (const OutputFile& file : outputs) {
        if (file.path == "-") continue;
        if (Result<void> can = can_write(file.path); !can) return can;
    }
    return {};
}

// One text where it belongs, and a word about it where there is room for one.
Result<void> write_one(const std::string& path, const std::string& text, const std::string& what, bool tell) {
    if (path == "-") {
        put_text(text);
        return {};
    }
    if (Result<void> written = write_whole_file(path, text); !written) return written;
    if (tell) put_text(fmt::format("{}: {}, {} kB\n", path, what, (text.size() + 999) / 1000));
    return {};
}

Result<void> write_told(const std::string& path, const lab::Exported& exported, const std::string& what, bool tell) {
    for (const std::string& remark : exported.remarks) complain(fmt::format("{}: {}", path, remark));
    return write_one(path, exported.text, what, tell);
}

Result<void> write_outputs(const lab::Session& session, const ExportOptions& options) {
    const bool tell = options.html != "-" && options.trace != "-";
    if (!options.html.empty()) {
        if (Result<void> written = write_told(options.html, lab::export_html(session), "a page for any browser", tell); !written) return written;
    }
    if (!options.trace.empty()) {
        if (Result<void> written = write_told(options.trace, lab::export_trace(session), "a trace for Perfetto and Chrome", tell); !written) return written;
    }
    if (options.csv.empty()) return {};
    for (const lab::CsvTable& table : lab::export_csv(session)) {
        if (Result<void> written = write_one(table_path(options.csv, table.name), table.text, "a table", tell); !written) return written;
    }
    return {};
}

// The desktop draws it, a program of its own that takes this one's place; so this comes last.
int draw_picture(const ExportOptions& options, const std::string& run, Time end) {
    (void)finish_output();
    return start_lab({run, "--screenshot", options.png, "--at", options.at.empty() ? format_duration(end - Time{}) : options.at});
}

}  // namespace

int export_command(const ExportOptions& options) {
    const std::vector<OutputFile> outputs = export_files_of(options);
    if (options.png == "-") return bad_input(Error{"--png takes the name of a file", {}, "write it like --png run.png"});
    if (!options.at.empty()) {
        const auto moment = parse_duration(options.at);
        if (!moment || moment->nanoseconds < 0) return bad_input(Error{fmt::format("--at: '{}' is no moment of a run", options.at), {}, "write it like --at 41s or --at 1m30s"});
    }
    if (outputs.empty())
        return bad_input(Error{"podium export needs to know what to write",
                               {},
                               "give it --html FILE, --trace FILE, --csv DIR or --png FILE, or several of them"});
    const auto path = run_to_read(options.run);
    if (!path) return bad_input(path.error());
    if (Result<void> checked = check_paths(outputs, *path); !checked) return bad_input(checked.error());
    auto session = load_run(*path);
    if (!session) return bad_input(session.error());
    if (Result<void> checked = check_writable(options, outputs); !checked) return bad_input(checked.error());
    session->seek(session->saved_end());
    if (Result<void> written = write_outputs(*session, options); !written) return bad_input(written.error());
    const std::string now = fmt::format("{:016x}", session->fingerprint());
    if (now == session->saved_fingerprint()) return options.png.empty() ? kAllWell : draw_picture(options, *path, session->saved_end());
    complain(
        fmt::format("{}: what was exported are not the facts of the saved run (fingerprint {} then, {} "
                    "now); it was made by another version of Podium",
                    *path,
                    session->saved_fingerprint(),
                    now));
    return kFailed;
}

}  // namespace podium::cli
