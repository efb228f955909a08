using System.Text.Json;
using CsCheck;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Releases;

/// <summary>What may be answered from memory after changes.</summary>
public sealed class ReleaseChangesTests
{
    [Fact]
    public void Release_is_left_alone_by_changes_of_others_until_one_names_it()
    {
        var changes = ReleaseChanges.After(3).Add(4, [Version(1)]).Add(5, []).Add(6, [Version(2)]);

        Assert.Equal((true, true), (changes.LeftAlone(Version(1), 4), changes.LeftAlone(Version(3), 3)));
        Assert.Equal((false, false), (changes.LeftAlone(Version(1), 3), changes.LeftAlone(Version(2), 5)));
    }

    [Fact]
    public void Nothing_is_known_of_changes_before_those_that_are_listed()
    {
        Assert.False(ReleaseChanges.After(3).LeftAlone(Version(1), 2));
    }

    [Fact]
    public void Change_of_more_releases_than_are_listed_leaves_nothing_alone()
    {
        var changes = ReleaseChanges.After(0).Add(1, [Version(0)]).Add(2, Enumerable.Range(1, ReleaseChanges.MaxListed + 1).Select(Version));

        Assert.Empty(changes.Latest);
        Assert.Equal((false, true), (changes.LeftAlone(Version(0), 1), changes.LeftAlone(Version(0), 2)));
    }

    [Fact]
    public void No_release_is_taken_for_left_alone_that_a_change_named_and_the_latest_are_always_told_apart() =>
        Gen.Int[0, 30].Array[0, 5].Array[1, 30].Sample(history =>
        {
            var changes = ReleaseChanges.After(0);
            foreach (var (place, versions) in history.Index())
            {
                changes = changes.Add(place + 1, versions.Distinct().Select(Version));
            }

            for (var since = 0; since <= history.Length; since++)
            {
                var named = history.Skip(since).SelectMany(versions => versions.Distinct()).ToArray();
                for (var version = 0; version <= 30; version++)
                {
                    // Exact as long as what has to be listed can be, and never wrong beyond.
                    var leftAlone = changes.LeftAlone(Version(version), since);
                    if (named.Contains(version) ? leftAlone : named.Length <= ReleaseChanges.MaxListed && !leftAlone)
                    {
                        return false;
                    }
                }
            }

            return changes.Latest.Length <= ReleaseChanges.MaxListed;
        });

    [Fact]
    public void Stored_changes_are_read_as_they_were_written()
    {
        var changes = ReleaseChanges.After(7).Add(8, [Version(1), Version(2)]);

        var json = JsonSerializer.Serialize(changes, PipelineJson.Default.ReleaseChanges);
        var read = JsonSerializer.Deserialize(json, PipelineJson.Default.ReleaseChanges)!;

        Assert.Equal("""{"since":7,"latest":[{"revision":8,"version":"0.1.0"},{"revision":8,"version":"0.2.0"}]}""", json);
        Assert.Equal(changes, read);
        Assert.NotEqual(changes, read.Add(9, [Version(3)]));
    }

    private static BundleVersion Version(int number) => BundleVersion.Parse($"0.{number}.0");
}
