#pragma once

// Files below a folder, as web servers give them out (nginx' ngx_http_static_module and ngx_http_index_module, httpd's
// default handler with mod_dir).

#include "sim/model/behaviour.hpp"
#include "sim/model/exchange.hpp"
#include "sim/model/process.hpp"
#include "sim/programs/service/answers.hpp"

namespace podium::programs {

/// Answers with what the request's path leads to below `route.root`: a file, with a type by its ending; a folder's
/// index.html, or `route.forbidden` with 403 where it has none; for a folder without its slash, where it is (301). False:
/// nothing is there, and `work` is as it was. Requires a root.
bool answer_from_folder(model::ProcessContext& context, const model::Route& route, const model::ExchangeSpec& request, Work& work);

}  // namespace podium::programs
