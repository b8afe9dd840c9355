#include "ui/cli/app.hpp"

int main(int argument_count, char** arguments) { return podium::cli::main_command(argument_count, arguments); }
