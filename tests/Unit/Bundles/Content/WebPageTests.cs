using System.Collections.Frozen;
using System.Text;
using CsCheck;
using Serverless.Bundles.Content;

namespace Serverless.Tests.Unit.Bundles.Content;

public sealed class WebPageTests
{
    private static readonly FrozenSet<string> Files = new[] { "index.html", "app.js", "assets/main css.css", "assets/vendor.js" }.ToFrozenSet();

    [Theory]
    [InlineData("""<script src="app.js"></script>""")]
    [InlineData("""<script type="module" crossorigin src="/app.js?v=1#x"></script>""")]
    [InlineData("""<SCRIPT SRC='./assets/vendor.js'></SCRIPT>""")]
    [InlineData("""<script src=assets/../app.js></script>""")]
    [InlineData("""<link rel="stylesheet" href="assets/main%20css.css">""")]
    [InlineData("""<base href="/assets/"><script src="vendor.js"></script>""")]
    [InlineData("""<link href="gone.png" rel="icon">""")]
    [InlineData("""<a href="gone.html">""")]
    [InlineData("""<script src="https://cdn.example.com/gone.js"></script>""")]
    [InlineData("""<script src="//cdn.example.com/gone.js"></script>""")]
    [InlineData("""<link rel="stylesheet" href="data:text/css,a{}">""")]
    [InlineData("""<!-- <script src="gone.js"></script> -->""")]
    [InlineData("""<script>const tag = '<script src="gone.js">';</script>""")]
    [InlineData("""<textarea><script src="gone.js"></script></textarea>""")]
    [InlineData("""<noscript><script src="gone.js"></script></noscript>""")]
    [InlineData("""<template><div></div><script src="gone.js"></script></template>""")]
    [InlineData("""<script type="text/x-template" src="gone.js"></script>""")]
    [InlineData("""<script nomodule src="gone.js"></script>""")]
    [InlineData("""<link rel="alternate stylesheet" href="gone.css">""")]
    [InlineData("""<script src="cordova.js"></script>""")]
    [InlineData("""<script src=""></script>""")]
    [InlineData("""<script src="http://[gone"></script>""")]
    [InlineData("""<script>start()</script>""")]
    [InlineData("")]
    public void Page_that_has_what_it_needs_misses_nothing(string html) => Assert.Null(Missing(html));

    [Theory]
    [InlineData("""<script src="app.js"></script><script src="gone.js"></script>""", "gone.js")]
    [InlineData("""<link rel='modulepreload' href='/assets/gone.js'>""", "/assets/gone.js")]
    [InlineData("""<link href=gone.css rel=stylesheet>""", "gone.css")]
    [InlineData("""<script src="App.js"></script>""", "App.js")]
    [InlineData("""<base href="/app/"><script src="app.js"></script>""", "app.js")]
    [InlineData("""<script src="g&#111;ne.js"></script>""", "gone.js")]
    [InlineData("""<template></template><script src="gone.js"></script>""", "gone.js")]
    public void Script_or_style_sheet_that_is_not_there_is_named(string html, string missing) => Assert.Equal(missing, Missing(html));

    [Theory]
    [InlineData("""<img src="gone.png">""", "gone.png")]
    [InlineData("""<link rel="apple-touch-icon" href="gone.png">""", "gone.png")]
    [InlineData("""<video><source src="gone.mp4"></video>""", "gone.mp4")]
    public void Asset_that_is_not_there_is_named(string html, string missing) =>
        Assert.Equal(missing, Read(html).References.Single(reference => reference.Kind is PageReferenceKind.Asset && reference.IsMissing(Files)).Address);

    [Theory]
    [InlineData("""<script src="https://cdn.example.com/a.js"></script>""", "https://cdn.example.com")]
    [InlineData("""<script src="//CDN.example.com:8443/a.js"></script>""", "https://cdn.example.com:8443")]
    [InlineData("""<link rel="modulepreload" href="https://cdn.example.com/a.js">""", "https://cdn.example.com")]
    [InlineData("""<base href="https://evil.example/"><script src="app.js"></script>""", "https://evil.example")]
    [InlineData("""<script type="importmap">{"imports":{"vue":"https://esm.example/vue.js","own":"./app.js"}}</script>""", "https://esm.example")]
    public void Origin_of_a_remote_script_is_told(string html, string origin) => Assert.Equal([origin], Read(html).ScriptOrigins);

    [Theory]
    [InlineData("""<script src="https://localhost/a.js"></script>""")]
    [InlineData("""<img src="https://cdn.example.com/a.png"><link rel="stylesheet" href="https://fonts.example/a.css">""")]
    [InlineData("""<script type="importmap">{"imports":[]}</script>""")]
    [InlineData("""<script type="importmap">{</script>""")]
    public void Other_addresses_are_no_origin_of_scripts(string html) => Assert.Empty(Read(html).ScriptOrigins);

    [Fact]
    public void Policies_of_the_head_are_read() => Assert.Equal(
        ["default-src 'self'", "object-src 'none'"],
        Read("""
            <head><meta charset="utf-8"><meta HTTP-EQUIV="content-security-policy" content="default-src 'self'">
            <meta http-equiv="Content-Security-Policy" content="object-src 'none'"></head>
            <body><meta http-equiv="Content-Security-Policy" content="script-src *"></body>
            """).Policies);

    [Fact]
    public void Any_text_is_read() => Gen.OneOf(Gen.String, Gen.OneOf("<", ">", "</", "<!--", "-->", "script", " src=", "\"", "'", "base href=", "//", "http:", "template", "meta http-equiv=content-security-policy ", "content=", "&#", "\0", "<![CDATA[").Array[0, 30].Select(string.Concat)).Sample(
        html => Read(html) is not null, iter: 20_000);

    /// <summary>What a tree of elements would multiply: unclosed formatting that each paragraph repeats.</summary>
    [Fact]
    public void Hostile_page_costs_memory_in_proportion_to_its_length()
    {
        const int MegaByte = 1 << 20;
        string[] pages =
        [
            string.Concat(Enumerable.Repeat("<font size=1><p>", MegaByte / 16)),
            new string('<', MegaByte),
            string.Concat(Enumerable.Repeat("<!--", MegaByte / 4)),
            string.Concat(Enumerable.Repeat("<img src=a>", MegaByte / 11)),
        ];
        foreach (var page in pages)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();

            var read = Read(page);

            Assert.InRange(read.References.Length, 0, 10_000);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128L * MegaByte);
        }
    }

    private static string? Missing(string html) =>
        Read(html).References.FirstOrDefault(reference => reference.Kind is not PageReferenceKind.Asset && reference.IsMissing(Files))?.Address;

    private static WebPage Read(string html) => WebPage.Read(Encoding.UTF8.GetBytes(html));
}
