"""Every exporter against the contract."""

from __future__ import annotations

from vsearch.testing.contracts import ExporterContract
from vsearch_plugins.export_edl import CmxList, ResolveMarkers
from vsearch_plugins.export_fcpxml import FinalCut
from vsearch_plugins.export_labelstudio import LabelStudio
from vsearch_plugins.export_lists import Json, Playlist, PremiereMarkers, Srt, Vtt
from vsearch_plugins.export_otio import OpenTimeline


class TestOpenTimeline(ExporterContract):
    def make(self) -> OpenTimeline:
        return OpenTimeline()


class TestCmxList(ExporterContract):
    def make(self) -> CmxList:
        return CmxList()


class TestResolveMarkers(ExporterContract):
    def make(self) -> ResolveMarkers:
        return ResolveMarkers()


class TestFinalCut(ExporterContract):
    def make(self) -> FinalCut:
        return FinalCut()


class TestPremiereMarkers(ExporterContract):
    def make(self) -> PremiereMarkers:
        return PremiereMarkers()


class TestPlaylist(ExporterContract):
    def make(self) -> Playlist:
        return Playlist()


class TestSrt(ExporterContract):
    def make(self) -> Srt:
        return Srt()


class TestVtt(ExporterContract):
    def make(self) -> Vtt:
        return Vtt()


class TestJson(ExporterContract):
    def make(self) -> Json:
        return Json()


class TestLabelStudio(ExporterContract):
    def make(self) -> LabelStudio:
        return LabelStudio()
