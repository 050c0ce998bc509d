<?php
// An installed blog, an account in it with as many threats as the argument says, and other people.
// By WordPress's own functions only; what it then says it holds goes to seeded.json.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'localhost';
require __DIR__ . '/site/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

const FIRST = 1709251200; // 2024-03-01, in seconds since 1970
const APART = 79261;      // seconds between two posts: 22 hours, 1 minute and 1 second
const SAID = [            // titles come again and again: WordPress makes the addresses differ
    'I know where you live', 'Soon', 'You will be sorry', '', 'Nobody will help you 😡',
    'I am outside', 'Я знаю, где ты живёшь', '2024', 'أعرف أين تسكنين', 'Tick tock',
    'page 2', 'Everybody will see these pictures of you', 'Delete your account, or else …',
];

function account(string $name, string $shown): int {
    return wp_insert_user(['user_login' => $name, 'user_pass' => wp_generate_password(),
        'user_email' => "$name@example.org", 'display_name' => $shown, 'role' => 'author']);
}

function picture(int $post, int $number): void {
    $image = imagecreatetruecolor(320, 200);
    imagefill($image, 0, 0, imagecolorallocate($image, 90, $number % 200, 30));
    imagestring($image, 5, 20, 90, "Your house, picture $number", 0xffffff);
    ob_start();
    imagepng($image);
    $file = wp_upload_bits("house-$number.png", null, ob_get_clean());
    $made = wp_insert_attachment(['post_mime_type' => 'image/png', 'post_title' => "house $number",
        'post_status' => 'inherit'], $file['file'], $post);
    wp_update_attachment_metadata($made, wp_generate_attachment_metadata($made, $file['file']));
    set_post_thumbnail($post, $made);
}

function say(int $author, int $number, string $title): int {
    $text = "<!-- wp:paragraph --><p>Number $number: $title. I will come back, whatever you do, "
        . 'and nobody will believe you.</p><!-- /wp:paragraph -->';
    return wp_insert_post(['post_author' => $author, 'post_title' => $title, 'post_content' => $text,
        'post_status' => 'publish', 'post_date_gmt' => gmdate('Y-m-d H:i:s', FIRST + $number * APART),
        'post_date' => gmdate('Y-m-d H:i:s', FIRST + $number * APART)], true);
}

wp_install('Town talk', 'keeper', 'keeper@example.org', true, '', wp_generate_password());
update_option('permalink_structure', '/%year%/%monthnum%/%day%/%postname%/');
update_option('show_avatars', 0);
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules(false);

[$harasser, $neighbour] = [account('grimwald', 'The Grim One'), account('neighbour', 'Neighbour')];
$own = [];
for ($number = 0; $number < (int) $argv[1]; $number++) {
    $post = say($harasser, $number, SAID[$number % count(SAID)]);
    array_unshift($own, $post);
    if ($number % 10 === 3) {
        picture($post, $number);
    }
    if ($number % 12 === 5) {
        say($neighbour, $number, "Market day, week $number");
        wp_insert_comment(['comment_post_ID' => $post, 'comment_author' => 'Neighbour',
            'comment_content' => 'Leave her alone.', 'user_id' => $neighbour]);
    }
}
stick_post($own[0]);

$all = get_posts(['numberposts' => -1, 'post_type' => ['post', 'page', 'attachment'],
    'post_status' => ['publish', 'inherit'], 'fields' => 'ids']);
file_put_contents(__DIR__ . '/seeded.json', json_encode([
    'url' => get_author_posts_url($harasser),
    'posts' => array_map('get_permalink', $own),
    'others' => array_map('get_permalink', array_values(array_diff($all, $own))),
], JSON_THROW_ON_ERROR));
