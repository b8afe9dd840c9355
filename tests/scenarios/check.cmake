# Runs one scenario as a person would.
file(MAKE_DIRECTORY "${PLACE}")
set(ENV{XDG_STATE_HOME} "${PLACE}/state")
set(again "again: podium run ${NAME}")

execute_process(COMMAND "${PODIUM}" run "${NAME}" --save "${PLACE}/run.podium"
  OUTPUT_VARIABLE printed ERROR_VARIABLE complaint RESULT_VARIABLE status WORKING_DIRECTORY "${PLACE}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "podium run ${NAME} ended with ${status}, as no scenario of the library does (${again})\n${printed}${complaint}")
endif()

set(golden "${FOLDER}/golden.txt")
if("$ENV{PODIUM_UPDATE_GOLDENS}" STREQUAL "1")
  file(WRITE "${golden}" "${printed}")
endif()
if(NOT EXISTS "${golden}")
  message(FATAL_ERROR "${golden} is missing; write it with PODIUM_UPDATE_GOLDENS=1 in the environment of this test")
endif()
file(READ "${golden}" expected)
if(NOT printed STREQUAL expected)
  file(WRITE "${PLACE}/printed.txt" "${printed}")
  execute_process(COMMAND diff -u "${golden}" "${PLACE}/printed.txt" OUTPUT_VARIABLE difference)
  message(FATAL_ERROR "podium run ${NAME} does not print its golden (${again}; if that is right, PODIUM_UPDATE_GOLDENS=1)\n${difference}")
endif()

execute_process(COMMAND "${PODIUM}" replay "${PLACE}/run.podium" --quiet
  OUTPUT_VARIABLE printed ERROR_VARIABLE complaint RESULT_VARIABLE status WORKING_DIRECTORY "${PLACE}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the saved run of ${NAME} does not replay (podium replay ${PLACE}/run.podium)\n${printed}${complaint}")
endif()
