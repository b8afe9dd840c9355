! a | b |& c && { d; } 2>&1 | (e; f) || g & h; exec 3>&1 4<&- &>all
