<?php
// The variables of the public image.
define('DB_NAME', getenv('WORDPRESS_DB_NAME'));
define('DB_USER', getenv('WORDPRESS_DB_USER'));
define('DB_PASSWORD', getenv('WORDPRESS_DB_PASSWORD'));
define('DB_HOST', getenv('WORDPRESS_DB_HOST'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = getenv('WORDPRESS_TABLE_PREFIX');
eval(getenv('WORDPRESS_CONFIG_EXTRA'));
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
