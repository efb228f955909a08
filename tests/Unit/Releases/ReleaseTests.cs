namespace Serverless.Tests.Unit.Releases;

public sealed class ReleaseTests
{
    private const string First = "MIIBCgKCAQEAqJikYizo";
    private const string Second = "MIIBCgKCAQEAr8Q3rJlZ";

    [Fact]
    public void Form_is_found_by_the_whole_key_id()
    {
        var release = TestReleases.New("1.0.0", First, Second);

        Assert.Equal(Second, release.FormFor(Second)?.KeyId);
        Assert.Null(release.FormFor("MIIBCgKCAQEAxxxxxxxx"));
    }

    [Fact]
    public void Four_characters_of_an_old_plugin_mean_the_only_key()
    {
        Assert.Equal(First, TestReleases.New("1.0.0", First).FormFor("MIIB")?.KeyId);
        Assert.Null(TestReleases.New("1.0.0", First, Second).FormFor("MIIB"));
    }
}
