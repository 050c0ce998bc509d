<?php
// Plugin for tests: the blog's pages ask nobody else for anything, which is a matter of settings in
// WordPress but for the pictures of emoji (s.w.org).
remove_action('wp_head', 'print_emoji_detection_script', 7);
remove_action('wp_head', 'wp_resource_hints', 2);
