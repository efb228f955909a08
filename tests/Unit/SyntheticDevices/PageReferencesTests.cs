using System.Collections.Frozen;
using Serverless.SyntheticDevices;

namespace Serverless.Tests.Unit.SyntheticDevices;

public sealed class PageReferencesTests
{
    private static readonly FrozenSet<string> Files = new[] { "index.html", "app.js", "assets/main css.css", "assets/vendor.js" }.ToFrozenSet();

    [Theory]
    [InlineData("""<script src="app.js"></script>""")]
    [InlineData("""<script type="module" crossorigin src="/app.js?v=1#x"></script>""")]
    [InlineData("""<SCRIPT SRC='./assets/vendor.js'></SCRIPT>""")]
    [InlineData("""<script src=assets/../app.js></script>""")]
    [InlineData("""<link rel="stylesheet" href="assets/main%20css.css">""")]
    [InlineData("""<link href="gone.png" rel="icon">""")]
    [InlineData("""<a href="gone.html">""")]
    [InlineData("""<script src="https://cdn.example.com/gone.js"></script>""")]
    [InlineData("""<script src="//cdn.example.com/gone.js"></script>""")]
    [InlineData("""<link rel="stylesheet" href="data:text/css,a{}">""")]
    [InlineData("""<!-- <script src="gone.js"></script> -->""")]
    [InlineData("""<script src="cordova.js"></script>""")]
    [InlineData("""<script>start()</script>""")]
    [InlineData("")]
    public void Page_that_has_what_it_needs_misses_nothing(string html) => Assert.Null(PageReferences.FindMissing(html, Files));

    [Theory]
    [InlineData("""<script src="app.js"></script><script src="gone.js"></script>""", "gone.js")]
    [InlineData("""<link rel='modulepreload' href='/assets/gone.js'>""", "/assets/gone.js")]
    [InlineData("""<link href=gone.css rel=stylesheet>""", "gone.css")]
    [InlineData("""<script src="App.js"></script>""", "App.js")]
    public void Script_or_style_sheet_that_is_not_there_is_named(string html, string missing) => Assert.Equal(missing, PageReferences.FindMissing(html, Files));
}
