#pragma once

// Reads how an image behaves when it runs, the section `run` of the images' catalogue (scenarios/images.yaml), and what a
// version of an image may have of its own instead. As with all that a CatalogueReader reads, what comes back is of use only
// when it has not failed.

#include <map>
#include <string>
#include <vector>

#include "sim/model/behaviour.hpp"

namespace YAML {
class Node;
}

namespace podium::model {

class CatalogueReader;

/// Names for several programs: a name in a list of `programs` that is one of these stands for all of its own.
using ProgramSets = std::map<std::string, std::vector<std::string>>;

/// The section `run`.
BehaviourProfile read_profile(CatalogueReader& in, const YAML::Node& node, const ProgramSets& sets);

/// Each the list of its name in a mapping: of programs, sorted and each once, of accounts, and of files.
std::vector<std::string> read_programs(CatalogueReader& in, const YAML::Node& map, const ProgramSets& sets);
std::vector<ImageAccount> read_accounts(CatalogueReader& in, const YAML::Node& map);
std::vector<ImageFile> read_files(CatalogueReader& in, const YAML::Node& map);

}  // namespace podium::model
