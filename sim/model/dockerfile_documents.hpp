#pragma once

// Documents in line ("<<EOF") of BuildKit's Dockerfiles, after buildkit v0.25 frontend/dockerfile/parser/parser.go
// (heredocsFromLine, ParseHeredoc) and dockerfile2llb/convert.go (dispatchRun). Pure functions; internal to the reader of
// dockerfile.hpp.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/dockerfile.hpp"

namespace podium::model {

/// The document that a word begins, without its content; nothing when it is no "<<NAME", "<<-NAME" or "<<'NAME'".
std::optional<DockerDocument> document_of_word(std::string_view word);
/// The documents that a line with an instruction begins, in its order: of ADD, COPY and RUN.
std::vector<DockerDocument> documents_of_line(std::string_view line);
/// Whether a line ends a document.
bool ends_document(const DockerDocument& document, std::string_view line);
/// Puts the documents where they belong: what RUN has the shell do, or the files of COPY and ADD.
void place_documents(DockerStep& step, std::vector<DockerDocument> documents);

}  // namespace podium::model
