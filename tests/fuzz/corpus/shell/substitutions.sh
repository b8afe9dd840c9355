echo $(echo "$(echo `echo \`echo a\``)") $( (a) ) $(case x in x) echo;; esac)
