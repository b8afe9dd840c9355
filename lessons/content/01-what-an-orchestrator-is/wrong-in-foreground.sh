# The script keeps the terminal and is interrupted.
# hint: in-foreground
# step: keep
timeout 20 sh keep.sh
